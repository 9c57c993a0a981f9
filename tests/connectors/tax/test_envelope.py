"""The tax office's letter: charsets that lie, hostile XML, errors inside HTTP 200."""

from __future__ import annotations

import pytest

from connectors.tax.envelope import DATASPEC, SOAP, SPEC, TITLE, Head, read, write
from connectors.transport.wire import AgencyRefusal, MalformedAnswer

SEQ = "0123456789abcdef0123456789abcdef"
PROLOG = '<?xml version="1.0" encoding="UTF-8"?>'
TAXML = f'{PROLOG}<taxML xmlns="{DATASPEC}" cnName="{TITLE}"><a>偷税</a></taxML>'
HEAD = Head("r", "s", "1", "sign==", "channel", "ZWBM", SEQ, "20260601", "100000000", "gateway <1>")


def letter(body=TAXML, *, returned="0", detail="000", seq=SEQ, prolog=PROLOG):
    return (
        f'{prolog}<e:Envelope xmlns:e="{SOAP}"><e:Body><service xmlns="{SPEC}"><head><tran_seq>{seq}</tran_seq>'
        f"<rtn_code>{returned}</rtn_code><rtn_msg><Code>{detail}</Code><Message>原因：张三</Message></rtn_msg></head>"
        f"<body><![CDATA[{body}]]></body></service></e:Body></e:Envelope>"
    )


def test_gb18030_under_a_prolog_that_says_utf_8():
    assert read(letter().encode("gb18030"), tran_seq=SEQ).findtext(f"{{{DATASPEC}}}a") == "偷税"


def test_utf_8_is_read_when_the_title_shows_that_it_is_utf_8():
    assert read(letter().encode("utf-8"), tran_seq=SEQ).findtext(f"{{{DATASPEC}}}a") == "偷税"


def test_characters_beyond_gbk_survive():
    told = read(letter(TAXML.replace("偷税", "𠮷㐂")).encode("gb18030"), tran_seq=SEQ)

    assert told.findtext(f"{{{DATASPEC}}}a") == "𠮷㐂"


def test_our_own_letter_is_gb18030_and_escapes_the_attribution():
    written = write(HEAD, "<m>税]]></m>").decode("gb18030")

    assert "<value>gateway &lt;1&gt;</value>" in written
    assert "税]]]]><![CDATA[>" in written


@pytest.mark.parametrize("charset", ["utf-16", "utf-7", "big5", "euc_jp"])
def test_another_charset_is_malformed(charset):
    body = TAXML.replace("查询涉税", "查詢涉稅") if charset in {"big5", "euc_jp"} else TAXML
    with pytest.raises(MalformedAnswer):
        read(letter(body, detail="000").encode(charset, "ignore"), tran_seq=SEQ)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\xff\xfe",
        letter().encode("gb18030")[:200],
        letter().encode("gb18030")[:-40],
        letter().encode("gb18030").replace(b"]]>", b""),
        letter(TAXML[: len(TAXML) // 2]).encode("gb18030"),
        letter("").encode("gb18030"),
        letter(seq="f" * 32).encode("gb18030"),
        letter(detail="").encode("gb18030"),
        letter("<other/>").encode("gb18030"),
        "<html><head><title>系统繁忙</title></head><body/></html>".encode("gb18030"),
        "<!DOCTYPE html><html><body>请输入验证码</body></html>".encode(),
        b'{"code": 0}',
    ],
)
def test_what_is_not_a_whole_answer_to_this_letter_is_malformed(content):
    with pytest.raises(MalformedAnswer):
        read(content, tran_seq=SEQ)


BOMB = '<!DOCTYPE b [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    "text",
    [
        letter(prolog=PROLOG + BOMB).replace("原因", "&b;"),
        letter(prolog='<!DOCTYPE x SYSTEM "file:///etc/hostname">'),
        letter(f'{BOMB}<taxML xmlns="{DATASPEC}" cnName="{TITLE}">&b;</taxML>'),
        letter(f'<!DOCTYPE t [<!ENTITY x SYSTEM "http://127.0.0.1:9/">]><taxML xmlns="{DATASPEC}">&x;</taxML>'),
        letter(f'<taxML xmlns="{DATASPEC}" cnName="{TITLE}">' + "<a>" * 100_000),
    ],
)
def test_hostile_xml_is_refused_unread(text):
    with pytest.raises(MalformedAnswer):
        read(text.encode("gb18030"), tran_seq=SEQ)


def test_an_answer_beyond_the_size_limit_is_not_parsed():
    with pytest.raises(MalformedAnswer, match="too large"):
        read(b" " * (16 * 1024 * 1024 + 1), tran_seq=SEQ)


@pytest.mark.parametrize(("detail", "wait_s"), [("900", 600.0), ("301", 1.0), ("999", None), ("102", None)])
def test_a_business_error_is_a_refusal_without_the_offices_words(detail, wait_s):
    with pytest.raises(AgencyRefusal) as caught:
        read(letter("", returned="1", detail=detail).encode("gb18030"), tran_seq=SEQ)

    assert caught.value.retry_after_s == wait_s
    assert str(caught.value) == f"business error {detail}"


def test_a_soap_fault_is_a_refusal():
    fault = (
        f'<e:Envelope xmlns:e="{SOAP}"><e:Body><e:Fault><faultstring>签名</faultstring></e:Fault></e:Body></e:Envelope>'
    )
    with pytest.raises(AgencyRefusal):
        read(fault.encode("gb18030"), tran_seq=SEQ)
