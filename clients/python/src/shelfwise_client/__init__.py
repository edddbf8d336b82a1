"""The Python client of shelfwise."""

from shelfwise_client.client import Client
from shelfwise_client.errors import MessageTooLargeError, ServerError, ServerUnavailableError
from shelfwise_client.retry import RetryPolicy

__all__ = ["Client", "MessageTooLargeError", "RetryPolicy", "ServerError", "ServerUnavailableError"]
