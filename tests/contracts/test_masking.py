"""Secrets do not get through, however they are spelled."""

from __future__ import annotations

import base64
import json
import re
from urllib.parse import quote, quote_plus, urlencode

import pytest

from contracts.masking import MASK, is_secret_name, mask_text, mask_value, spellings

CANARY = 'k+a/n?a=ry & Ü"99\\'
TOKEN = "61780580-3ff6-4dbb-b6d8-7955b5904a45"


@pytest.mark.parametrize(
    "name",
    ["password", "Password", "x-access-token", "accessToken", "Authorization", "x-control-key", "apiKey",
     "api-key", "client_secret", "Set-Cookie", "credentials"],
)  # fmt: skip
def test_a_name_that_holds_a_secret_is_known(name: str) -> None:
    assert is_secret_name(name)


@pytest.mark.parametrize("name", ["orderId", "username", "status", "locationCode", "invoiceNumber", "key"])
def test_a_name_that_holds_no_secret_is_left_alone(name: str) -> None:
    assert not is_secret_name(name)


def test_values_under_a_secret_name_are_masked_at_any_depth() -> None:
    sent = {"a": [{"password": "x", "orderId": "1"}], "token": {"inner": "y"}, "headers": {"Cookie": "z"}}

    assert mask_value(sent) == {
        "a": [{"password": MASK, "orderId": "1"}],
        "token": MASK,
        "headers": {"Cookie": MASK},
    }


def test_masking_a_value_leaves_the_original_alone() -> None:
    sent = {"password": "x"}

    mask_value(sent)

    assert sent == {"password": "x"}


def test_an_empty_secret_is_shown_as_empty() -> None:
    assert mask_value({"password": "", "token": None}) == {"password": "", "token": None}


def test_a_token_field_of_another_name_can_be_told() -> None:
    assert mask_value({"key": "x", "status": "y"}, ["key"]) == {"key": MASK, "status": "y"}


@pytest.mark.parametrize("secret", [CANARY, TOKEN, "STORE-1/pw", "Pässwört"])
@pytest.mark.parametrize(
    "spelled",
    [
        lambda secret: secret,
        quote,
        quote_plus,
        lambda secret: quote(secret, safe=""),
        lambda secret: re.sub("%..", lambda match: match[0].lower(), quote(secret, safe="")),
        lambda secret: urlencode({"password": secret}),
        lambda secret: json.dumps({"text": secret}),
        lambda secret: json.dumps({"text": secret}, ensure_ascii=False),
        lambda secret: base64.b64encode(secret.encode()).decode(),
        lambda secret: base64.urlsafe_b64encode(secret.encode()).decode().rstrip("="),
        lambda secret: base64.b64encode(f"u:{secret}".encode()).decode(),
        lambda secret: base64.b64encode(f"us:{secret}!".encode()).decode(),
        lambda secret: base64.b64encode(f"use:{secret}!!".encode()).decode(),
    ],
    ids=[
        "plain", "quote", "quote_plus", "quote_all", "lower_case", "form", "json", "json_unicode", "base64",
        "base64_url", "inside_base64_1", "inside_base64_2", "inside_base64_0",
    ],
)  # fmt: skip
def test_a_known_secret_is_masked_in_every_spelling(secret: str, spelled: object) -> None:
    assert callable(spelled)
    written = spelled(secret)

    masked = mask_text(f"before {written} after", [secret])

    assert MASK in masked
    assert not any(spelling in masked for spelling in spellings(secret))
    assert masked.startswith("before ")
    assert masked.endswith(" after")


def test_a_secret_that_begins_like_another_is_masked_whole() -> None:
    assert mask_text("default-2 default", ["default", "default-2"]) == f"{MASK} {MASK}"


def test_a_very_short_secret_does_not_blot_out_unrelated_words() -> None:
    assert mask_text("a banana", ["a"]) == "a banana"


def test_text_without_secrets_stays_as_it_is() -> None:
    assert mask_text('{"orderId": "17328629784861446350"}', [TOKEN]) == '{"orderId": "17328629784861446350"}'


def test_what_only_tells_about_a_secret_is_not_masked() -> None:
    settings = {"token_ttl_s": 3600, "bad_credentials_status": 401, "token_field": "accessToken"}
    assert mask_value(settings) == settings
