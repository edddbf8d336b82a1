"""The Python client of shelfwise, to be waited for or awaited."""

from shelfwise_client.async_client import AsyncClient
from shelfwise_client.client import Client
from shelfwise_client.errors import MessageTooLargeError, ServerError, ServerUnavailableError
from shelfwise_client.retry import RetryPolicy

__all__ = ["AsyncClient", "Client", "MessageTooLargeError", "RetryPolicy", "ServerError", "ServerUnavailableError"]
