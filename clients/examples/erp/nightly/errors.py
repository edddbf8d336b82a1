"""What the user is told when the work cannot be done."""


class NightlyError(Exception):
    """The work could not be done; the message says why and what to do. Nothing was written."""
