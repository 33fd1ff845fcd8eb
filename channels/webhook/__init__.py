"""Messages to partners' own systems by Standard Webhooks, seen on the pages that the partners make of them."""

from channels.webhook.channel import Webhook, build
from channels.webhook.settings import WebhookSettings

__all__ = ["Webhook", "WebhookSettings", "build"]
