"""``python -m shelfwise.cli`` is ``shelfwise``."""

from shelfwise.cli import main

main(prog_name="shelfwise")
