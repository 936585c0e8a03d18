"""Mails and saved pages (.eml, .mht, and the .doc that Word saves as one file of a web page): their main text."""

from __future__ import annotations

import email
import email.policy
from email.message import EmailMessage
from typing import NamedTuple, cast

from .base import ContainerError, corrupt


class Part(NamedTuple):
    """The bytes of a text and what the mail says of them."""

    data: bytes
    media_type: str


def main_part(data: bytes) -> Part:
    """The page of a mail, or its text where it has no page.

    Raises
    ------
    ContainerError
        If it has neither.
    """
    try:
        message = cast(EmailMessage, email.message_from_bytes(data, policy=email.policy.default))
        body = message.get_body(("html", "plain"))
        if body is None:
            raise ContainerError("empty", "邮件里没有正文")
        content = body.get_payload(decode=True)
        charset = body.get_content_charset()
    except ContainerError:
        raise
    except Exception as error:  # the parser raises whatever it meets in broken headers
        raise corrupt(error) from error
    said = f"{body.get_content_type()}; charset={charset}" if charset else body.get_content_type()
    return Part(content if isinstance(content, bytes) else b"", said)
