"""The nightly plan of an ERP: its tables in, proposals and routes out."""
