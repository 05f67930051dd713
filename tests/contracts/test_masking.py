"""Secrets do not get through, however they are spelled."""

from __future__ import annotations

import base64

import pytest

from contracts.masking import MASK, Secrets, is_secret_name, mask_text, mask_value
from tests.support.spellings import CANARY, shows, spellings

TOKEN = "61780580-3ff6-4dbb-b6d8-7955b5904a45"


@pytest.mark.parametrize(
    "name",
    ["password", "Password", "x-access-token", "accessToken", "Authorization", "x-control-key", "apiKey",
     "api-key", "client_secret", "Set-Cookie", "credentials", "pass", "PASS", "userPass", "user_pass",
     "db.pass", "pwd", "userpwd", "pin", "PIN", "userPin", "card-pin", "pin2", "otp", "smsOtp", "passphrase",
     "passcode"],
)  # fmt: skip
def test_a_name_that_holds_a_secret_is_known(name: str) -> None:
    assert is_secret_name(name)


@pytest.mark.parametrize(
    "name",
    ["orderId", "username", "status", "locationCode", "invoiceNumber", "key", "pinCode", "pincode",
     "pin_code", "shipping", "passed", "bypass", "compass", "shopping", "footprint", "passengers", "mapping",
     "spin"],
)  # fmt: skip
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


@pytest.mark.parametrize(
    "secret", [CANARY, TOKEN, "K3y-red", "STORE-1/pw", "a&b%41c\\x41-key", "Pässwört", 'k+a/n?a=ry & Ü"99']
)
@pytest.mark.parametrize("spelling", spellings(CANARY))
def test_a_known_secret_is_masked_in_every_spelling(secret: str, spelling: str) -> None:
    written = spellings(secret).get(spelling, secret)

    masked = mask_text(f"before {written} after", [secret])

    assert MASK in masked
    assert not shows(masked, secret)
    assert masked.startswith("before ")
    assert masked.endswith(" after")
    assert len(masked) < 40  # nothing of it is left


def test_all_spellings_in_one_text_are_masked_and_the_rest_stays() -> None:
    text = "|".join(f"{name}={written}" for name, written in spellings(TOKEN).items())

    masked = Secrets([TOKEN, CANARY]).mask(text).replace(f"Basic {MASK}", MASK)

    assert masked == "|".join(f"{name}={MASK}" for name in spellings(TOKEN))


@pytest.mark.parametrize("size", range(8, 36))
@pytest.mark.parametrize("end", ["", '"', "'", "…", '\\"'])
def test_the_beginning_of_a_secret_is_masked_where_a_text_was_cut(size: int, end: str) -> None:
    assert mask_text(f"received '{TOKEN[:size]}{end}", [TOKEN]) == f"received '{MASK}{end}"


@pytest.mark.parametrize("spelling", spellings(TOKEN))
def test_the_beginning_of_a_secret_is_masked_in_every_spelling_where_a_text_was_cut(spelling: str) -> None:
    written, other = spellings(TOKEN)[spelling], spellings("7" + TOKEN[1:])[spelling]
    start = next(at for at, (one, two) in enumerate(zip(written, other, strict=False)) if one != two)

    shown = [size for size in range(len(written)) if MASK not in mask_text(f'"{written[:size]}…"', [TOKEN])]

    assert max(shown) <= start + 8 * (len(written) - start) / len(TOKEN) + 2  # eight characters of the secret


def test_the_beginning_of_a_secret_is_a_word_where_a_text_goes_on() -> None:
    assert mask_text("mock-oms is ready", ["mock-oms-key-77"]) == "mock-oms is ready"


@pytest.mark.parametrize("place", range(10, 50))
def test_a_secret_at_the_cut_is_masked_before_the_cut(place: int) -> None:
    text = ("." * place + TOKEN + " end").encode()

    kept = Secrets([TOKEN]).mask_bytes(text, 46)

    assert kept == (b"." * min(place, 46) + (b"***" if place < 46 else b"") + b" end"[: max(0, 10 - place)])
    assert not Secrets([TOKEN]).are_in(kept)


def test_a_secret_that_begins_like_another_is_masked_whole() -> None:
    assert mask_text("default-2 default", ["default", "default-2"]) == f"{MASK} {MASK}"


def test_a_very_short_secret_does_not_blot_out_unrelated_words() -> None:
    assert mask_text("a banana", ["a"]) == "a banana"


def test_text_without_secrets_stays_as_it_is() -> None:
    assert mask_text('{"orderId": "17328629784861446350"}', [TOKEN]) == '{"orderId": "17328629784861446350"}'


@pytest.mark.parametrize("size", range(5, 50))
def test_a_secret_of_any_length_is_masked_inside_base64_and_hex(size: int) -> None:
    secret = (TOKEN + CANARY)[:size]
    written = [base64.b64encode(b"u" * before + secret.encode() + b"!").decode() for before in range(3)]

    for text in (
        *written,
        *(base64.b64encode(text.encode()).decode() for text in written),
        secret.encode().hex(),
    ):
        assert mask_text(f"before {text} after", [secret]) == f"before {MASK} after"


def test_a_long_text_that_holds_a_secret_many_times_is_walked_through_once() -> None:
    text = base64.b64encode(TOKEN.encode()) * 500

    assert Secrets([TOKEN]).mask_bytes(text) == MASK.encode()
    assert len(Secrets([TOKEN])._spans(text)) < 10


@pytest.mark.parametrize("order", ["utf-16-le", "utf-16-be", "utf-16"])
def test_a_body_in_utf_16_is_masked(order: str) -> None:
    body = f'{{"token": "{TOKEN}", "orderId": "17328629784861446350"}}'.encode(order)

    masked = Secrets([TOKEN]).mask_bytes(body)

    assert Secrets([TOKEN]).are_in(body)
    assert not Secrets([TOKEN]).are_in(masked)
    assert TOKEN[:3].encode("utf-16-le") not in masked
    assert "orderId".encode("utf-16-le") in masked or "orderId".encode("utf-16-be") in masked


@pytest.mark.parametrize("secret", ["pass", "hunter22", TOKEN])
def test_other_base64_lines_ids_and_zeros_stay_as_they_are(secret: str) -> None:
    others = [f"{number:08x}-3ff6-4dbb-b6d8-7955b5904a45" for number in range(50)]
    texts = [written for other in others for written in spellings(other).values()]

    assert Secrets([secret]).mask("\n".join(texts)) == "\n".join(texts)
    assert not any(Secrets([secret]).are_in(text.encode()) for text in texts)


def test_what_only_tells_about_a_secret_is_not_masked() -> None:
    settings = {"token_ttl_s": 3600, "bad_credentials_status": 401, "token_field": "accessToken"}
    assert mask_value(settings) == settings
