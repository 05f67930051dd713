"""The behaviour profile: described choices, and clear errors."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from contracts.evidence import Evidence
from contracts.profile import DEFAULT, Profile, ProfileError, described, load, parse

OTHER_VALUES: dict[str, Any] = {
    "token_field": "access_token",
    "token_ttl_s": 60,
    "unauthorized_status": 403,
    "bad_credentials_status": 400,
    "shape_status": 422,
    "unknown_fields": "accept",
    "strings_for_numbers": "accept",
    "null_fields": "accept",
    "date_offsets": "apply",
    "empty_parameters": "ignore",
    "byte_order_mark": "reject",
    "compressed_bodies": "reject",
    "refused_status": 422,
    "partly_refused_status": 207,
    "nothing_printed_status": 404,
    "partly_printed": "counts",
    "status_success": "success",
    "status_partial": "PARTIAL",
    "status_failed": "FAILURE",
    "error_order_key": "id",
    "error_item_key": "bagId",
    "error_code_key": "code",
    "error_message_key": "message",
    "error_reason_key": "reason",
    "item_price_names": "lineage",
    "invoice_numbers": "gst",
    "codes": {"confirm.already": "O409"},
    "page_size_default": 50,
    "page_size_max": 500,
    "page_size_over_max": "reject",
    "page_zero": "reject",
    "page_after_end": "reject",
    "unknown_order": "not_found",
    "list_envelope": "orders",
    "info_envelope": "bare",
    "info_limit": 10,
    "date_zone": "UTC",
    "date_offset": "zone",
    "return_order_date": "sale",
    "handed_over_word": "HANDED_OVER_TO_CUSTOMER",
    "rejected_return_word": "RETURN_DECLINED",
    "cancelled_after_invoice_in_returns": False,
    "order_type_key": "both",
    "credit_note_number_key": "creditNoteNumber",
    "unlocked_word": "unlocked",
    "sla_s": 120,
    "extra_fields": {"priority": 1},
    "confirm_again": "accept",
    "return_passes_bag_delivered": True,
    "return_completes": False,
    "cancel_after_invoice": False,
    "reassign_on_seller_cancel": True,
    "customer_cancels_after_confirm": True,
    "hand_over_before_invoice": True,
    "automatic_after_s": 5,
    "stock_guard": True,
    "unknown_reason_codes": "accept",
    "extra_cancel_reasons": ["10"],
    "extra_return_reasons": ["stained"],
    "paper_size": "A6",
}
"""For every field a value that is not its default."""


def test_there_is_another_value_for_every_field() -> None:
    assert set(OTHER_VALUES) == set(Profile.model_fields)


@pytest.mark.parametrize("row", described(), ids=lambda row: str(row["field"]))
def test_every_field_has_description_and_evidence(row: dict[str, object]) -> None:
    assert str(row["description"]).endswith((".", '."'))
    assert row["evidence"] in set(Evidence)
    assert row["source"] or row["note"] or row["evidence"] == Evidence.LEGACY


def test_all_fields_are_described_with_their_defaults() -> None:
    assert {row["field"]: row["default"] for row in described()} == DEFAULT.model_dump(mode="json")


@pytest.mark.parametrize("field", OTHER_VALUES)
def test_the_digest_changes_with_each_field(field: str) -> None:
    other = parse({field: OTHER_VALUES[field]})

    assert getattr(other, field) != getattr(DEFAULT, field)
    assert other.digest != DEFAULT.digest
    assert other != DEFAULT


def test_equal_profiles_have_one_digest_and_one_hash() -> None:
    assert Profile().digest == DEFAULT.digest
    assert hash(Profile()) == hash(DEFAULT)
    assert len(DEFAULT.digest) == 16


def test_a_profile_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="frozen"):
        DEFAULT.token_ttl_s = 1


def test_a_profile_replaces_choices_of_another_one() -> None:
    base = parse({"token_ttl_s": 60})

    assert parse({"sla_s": 90}, base).token_ttl_s == 60


def test_a_file_may_begin_with_a_byte_order_mark(tmp_path: Path) -> None:
    file = tmp_path / "profile.toml"
    file.write_text('\ufeffunknown_order = "not_found"\n', encoding="utf-8")

    assert load(file) == Profile(unknown_order="not_found")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"token_tll_s": 60}, "profile field 'token_tll_s' does not exist; did you mean 'token_ttl_s'?"),
        ({"zzz": 1}, "profile field 'zzz' does not exist; expected one of token_field, token_ttl_s"),
        (
            {"token_ttl_s": 0},
            "profile field 'token_ttl_s': Input should be greater than or equal to 1",
        ),
        ({"token_ttl_s": "60"}, "profile field 'token_ttl_s': Input should be a valid integer, not '60'"),
        ({"stock_guard": "yes"}, "profile field 'stock_guard': Input should be a valid boolean, not 'yes'"),
        ({"unknown_order": "404"}, "profile field 'unknown_order': Input should be 'empty' or 'not_found'"),
        ({"unauthorized_status": 200}, "profile field 'unauthorized_status': Input should be greater than"),
        ({"token_field": "access token"}, "profile field 'token_field': String should match pattern"),
        ({"date_zone": "Asia/Kolkata"}, "profile field 'date_zone': String should match pattern"),
        ({"codes": {"confirm.alredy": "X"}}, "did you mean 'confirm.already'?"),
        ({"codes": {"confirm.unknown": "X"}}, "'confirm.unknown' is not a refusal whose code is open"),
        ({"page_size_default": 200}, "page_size_default must not be above page_size_max"),
    ],
)
def test_a_wrong_choice_is_told_with_its_field(data: dict[str, object], message: str) -> None:
    with pytest.raises(ProfileError) as caught:
        parse(data)

    assert message in str(caught.value)


def test_all_wrong_choices_are_told_at_once() -> None:
    with pytest.raises(ProfileError) as caught:
        parse({"token_ttl_s": 0, "sla_s": 0})

    assert "'token_ttl_s'" in str(caught.value)
    assert "'sla_s'" in str(caught.value)


def test_a_profile_is_read_from_toml(tmp_path: Path) -> None:
    file = tmp_path / "profile.toml"
    file.write_text('unknown_order = "not_found"\n[codes]\n"confirm.already" = "O409"\n', encoding="utf-8")

    profile = load(file)

    assert profile.unknown_order == "not_found"
    assert profile.codes == {"confirm.already": "O409"}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"unknown_order = ", "is not TOML"),
        (b"\xff\xfe", "is not TOML"),
        (b"token_ttl_s = 0", "profile field 'token_ttl_s'"),
        (b"nothing = 1", "profile field 'nothing' does not exist"),
    ],
)
def test_a_file_that_cannot_be_used_is_told_by_its_name(content: bytes, message: str, tmp_path: Path) -> None:
    file = tmp_path / "wrong.toml"
    file.write_bytes(content)

    with pytest.raises(ProfileError, match=r"wrong\.toml") as caught:
        load(file)

    assert message in str(caught.value)


def test_a_file_that_is_not_there_is_told_by_its_name(tmp_path: Path) -> None:
    with pytest.raises(ProfileError, match=r"absent\.toml cannot be read: No such file"):
        load(tmp_path / "absent.toml")
