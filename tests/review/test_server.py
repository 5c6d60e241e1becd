"""The review server: who gets in, what is served, what is on disk after a key press."""

import json
import os
import socket
import stat

import pytest

from harness.errors import DecisionError, SettingsError, UsageError
from harness.review.keeper import ABSENT, LIMIT, Keeper, decisions_name, revision_of
from harness.review.server import serving
from tests.review.conftest import ASSET, PAGE, PICTURE, REPORT, RUN, asked, review


def keeper_of(folder):
    return Keeper(folder, run=RUN, reviewer="anna")


def on_disk(desk):
    return json.loads(desk.keeper.path.read_bytes())


# Who gets in


def test_the_address_that_is_printed_opens_the_page(desk):
    """With the token in the address comes a cookie that only this server's pages send."""
    answer = desk.ask(f"/review.html?token={desk.token}", x_harness_token=None)

    assert answer.status == 200
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f"harness-review-{desk.port}={desk.token}; ")
    assert {"HttpOnly", "SameSite=strict", "Path=/"} <= {*cookie.split("; ")}


def test_the_cookie_is_enough(desk):
    """What the page asks for behind its address carries no token but the cookie."""
    cookie = f"other=1; harness-review-{desk.port}={desk.token}"

    assert desk.ask("/data.js", x_harness_token=None, cookie=cookie).status == 200


@pytest.mark.parametrize("target", ["/review.html", "/data.js", "/saver.js", "/decisions", "/no"])
@pytest.mark.parametrize("token", [None, "", "wrong", "ü"])
def test_nothing_is_told_without_the_token(desk, target, token):
    """Neither a page nor a file nor whether there is one."""
    answer = desk.ask(target, x_harness_token=token)

    assert answer.status == 403
    assert "open the address that `harness review` printed" in answer.json["message"]
    assert desk.token not in answer.body.decode()


def test_the_token_in_the_address_saves_nothing(desk):
    """An address can be read over a shoulder; a save has the token in its head."""
    target = f"/decisions?token={desk.token}"
    told = {"origin": desk.own, "if_match": ABSENT}

    answer = desk.ask(target, method="PUT", body=b"{}", x_harness_token=None, **told)

    assert answer.status == 403


@pytest.mark.parametrize("name", ["evil.example:{port}", "127.0.0.1", "127.0.0.1:1", "", None])
def test_another_host_name_is_refused(desk, name):
    """A stranger's name that is made to point here (DNS rebinding) opens nothing."""
    host = name and name.format(port=desk.port)

    answer = desk.ask("/review.html", host=host)

    assert answer.status in (400, 403)
    assert b"<title>" not in answer.body


@pytest.mark.parametrize("origin", [None, "null", "http://evil.example", "http://127.0.0.1:1"])
def test_another_origin_saves_nothing(desk, origin):
    """A page from elsewhere cannot save, though the browser sent the cookie along."""
    answer = desk.put(review("shop/city"), after=ABSENT, origin=origin)

    assert answer.status == 403
    assert not desk.keeper.path.exists()


@pytest.mark.parametrize("site", ["same-site", "cross-site"])
@pytest.mark.parametrize("target", ["/saver.js", "/data.js", "/decisions", "/review.html"])
def test_another_page_includes_nothing(desk, site, target):
    """A script, frame or picture that a page of another port asks for is refused."""
    told = {"sec_fetch_site": site, "sec_fetch_mode": "no-cors", "sec_fetch_dest": "script"}

    assert desk.ask(target, **told).status == 403


def test_a_link_from_elsewhere_opens_the_page(desk):
    """A person may follow the address from a terminal that is a web page; no frame may."""
    told = {"sec_fetch_site": "cross-site", "sec_fetch_mode": "navigate"}

    assert desk.ask("/review.html", **told, sec_fetch_dest="document").status == 200
    assert desk.ask("/review.html", **told, sec_fetch_dest="iframe").status == 403


# What is served


def test_each_file_has_its_type_and_is_not_guessed_at(desk):
    """The head says what it is; what its content names may be kept, nothing else."""
    found = {
        target: desk.ask(target) for target in ("/data.js", ASSET, f"/img/ab/{PICTURE}.thumb.webp")
    }

    assert {t: a.status for t, a in found.items()} == dict.fromkeys(found, 200)
    assert [a.headers["content-type"] for a in found.values()] == [
        "text/javascript; charset=utf-8",
        "text/javascript; charset=utf-8",
        "image/webp",
    ]
    assert {a.headers["x-content-type-options"] for a in found.values()} == {"nosniff"}
    kept = [a.headers["cache-control"] for a in found.values()]
    assert kept == ["no-store", *["private, max-age=86400, immutable"] * 2]


def test_the_page_may_save_and_nothing_else_is_widened(desk):
    """The page's own policy stands in the head, with the one thing more that it has to do."""
    answer = desk.ask("/")

    assert answer.headers["content-security-policy"] == (
        "default-src 'none'; script-src 'self'; base-uri 'none'; "
        "connect-src 'self'; frame-ancestors 'none'"
    )
    assert b"Content-Security-Policy" not in answer.body
    assert answer.body.decode() == "".join(
        line for line in PAGE.splitlines(keepends=True) if "Security" not in line
    )


@pytest.mark.parametrize(
    "target",
    [
        "/../secret.json",
        "/img/../../secret.json",
        "/%2e%2e/secret.json",
        "/img/%2e%2e/%2e%2e/secret.json",
        "/..%2fsecret.json",
        "/..%5csecret.json",
        "//etc/passwd.txt",
        "/%2fetc/passwd.txt",
        "/.hidden.json",
        "/img/",
        "/img",
        "/data.js/",
        "/data.js%00.png",
        "/out.json",
        "/outside/secret.json",
        "/notes.md",
        f"/decisions-{RUN}-berta.json",
        "/ring.json",
        f"/{'a' * 5000}.json",
    ],
)
def test_nothing_but_the_report_is_served(desk, target):
    """Nothing above the folder, hidden, of another kind, another's, or behind a link out."""
    above = desk.folder.parent
    (above / "secret.json").write_text("{}", encoding="utf-8")
    for name in (".hidden.json", "notes.md", f"decisions-{RUN}-berta.json"):
        (desk.folder / name).write_text("{}", encoding="utf-8")
    (desk.folder / "out.json").symlink_to(above / "secret.json")
    (desk.folder / "outside").symlink_to(above)
    (desk.folder / "ring.json").symlink_to(desk.folder / "ring.json")

    assert desk.ask(target).status == 404


def test_the_icon_that_a_browser_asks_for_is_no_error(desk):
    """Nothing is wrong where there is none."""
    answer = desk.ask("/favicon.ico")

    assert (answer.status, answer.body) == (204, b"")


def test_an_original_that_is_hard_linked_is_served(desk, tmp_path):
    """Its bytes lie in the store; its name in the report is as good as any."""
    blob = tmp_path / "blob.png"
    blob.write_bytes(b"\x89PNG of the provider")
    os.link(blob, desk.folder / "img" / "ab" / f"{PICTURE}.png")

    answer = desk.ask(f"/img/ab/{PICTURE}.png")

    assert (answer.body, answer.headers["content-type"]) == (blob.read_bytes(), "image/png")


@pytest.mark.parametrize("method", ["POST", "DELETE", "OPTIONS", "PATCH"])
def test_other_methods_do_nothing(desk, method):
    """Files are read, decisions are read and put."""
    assert desk.ask("/decisions", method=method, origin=desk.own).status == 405
    assert desk.ask("/data.js", method=method, origin=desk.own).status == 405


# What is on disk


def test_a_decision_is_on_disk_when_the_answer_comes(desk):
    """The file holds what was sent, byte for byte, and the answer names it."""
    body = json.dumps(review("shop/city", note="too dark — 暗い")).encode()

    answer = desk.put(body, after=ABSENT)

    assert answer.status == 200
    assert desk.keeper.path.read_bytes() == body
    assert answer.json == {
        "revision": revision_of(body),
        "file": f"decisions-{RUN}-anna.json",
        "votes": 1,
    }
    assert [p.name for p in desk.folder.glob(".*")] == []
    assert stat.S_IMODE(desk.keeper.path.stat().st_mode) == 0o644


def test_the_page_is_told_what_is_on_disk(desk):
    """After a restart it goes on where it was, with the revision to go on from."""
    desk.put(review("shop/city", note="</script><!--"), after=ABSENT)

    script = desk.ask("/saver.js").body.decode()
    told = desk.ask("/decisions").json

    revision = revision_of(desk.keeper.path.read_bytes())
    assert told == {"revision": revision, "review": on_disk(desk)}
    saver, saved, _ = script.splitlines()
    assert saver.startswith("window.__SAVER__=")
    assert all(json.dumps(word) in saver for word in ("decisions", desk.token, "anna", revision))
    assert saved.startswith("window.__SAVED__=")
    assert r"\u003c/script>\u003c!--" in saved


def test_nothing_decided_yet_is_said_so(desk):
    """No file: no review, and a revision to begin with."""
    assert desk.ask("/decisions").json == {"revision": ABSENT, "review": None}
    assert desk.ask("/saver.js").body.splitlines()[1].endswith(b",null);")


def test_two_tabs_do_not_overwrite_each_other(desk):
    """Who goes on from what is no longer there is told, and nothing is written."""
    first = desk.put(review("shop/city"), after=ABSENT).json["revision"]

    late = desk.put(review("shop/fox"), after=ABSENT)
    on_time = desk.put(review("shop/city", "shop/fox"), after=first)

    assert (late.status, late.json["revision"]) == (409, first)
    assert on_time.status == 200
    assert [each["item"] for each in on_disk(desk)["votes"]] == ["shop/city", "shop/fox"]


def test_a_save_says_what_it_goes_on_from(desk):
    """Without a revision nobody knows what it would overwrite."""
    assert desk.put(review("shop/city"), after="", if_match=None).status == 428
    assert not desk.keeper.path.exists()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe",
        b"{",
        b"[]",
        b"null",
        b"[" * 100_000,
        b'{"format": "gemini-image-harness/run", "version": 1}',
        json.dumps(review("shop/city", run="another")).encode(),
        json.dumps(review("shop/city", reviewer="berta")).encode(),
        json.dumps(review("shop/city", report="e2" * 32)).encode(),
        json.dumps(review("shop/city", surprise=1)).encode(),
        json.dumps(review("shop/city", votes=[{"item": "shop/city"}])).encode(),
    ],
    ids=lambda body: repr(body[:12]),
)
def test_a_broken_review_is_refused_in_one_line(desk, body):
    """What was there stays as it was."""
    kept = desk.put(review("shop/city"), after=ABSENT).json["revision"]

    answer = desk.put(body, after=kept)

    assert answer.status == 400
    assert answer.json["message"]
    assert "\n" not in answer.json["message"]
    assert "Traceback" not in answer.json["message"]
    assert desk.ask("/decisions").json["revision"] == kept


@pytest.mark.parametrize("address", ["/decisions", "/saver.js"])
def test_a_file_that_broke_on_the_disk_is_named(desk, address):
    """Whoever opens the page learns which file it is, and nothing of it is taken for decisions."""
    desk.keeper.path.write_bytes(b"{")

    answer = desk.ask(address)

    assert answer.status == 400
    assert desk.keeper.path.name in answer.json["message"]


def test_a_report_that_was_taken_away_is_not_made_anew(desk, tmp_path):
    """Decisions alone are no report: the page says that they were not saved."""
    away = desk.folder.rename(tmp_path / "away")
    try:
        answer = desk.put(review("shop/city"), after=ABSENT)
    finally:
        away.rename(desk.folder)

    assert answer.status == 500
    assert "folder is gone" in answer.json["message"]


def test_a_review_has_its_size(desk):
    """One byte more than any review has is too much, and is not waited for."""
    fits = json.dumps(review("shop/city")).encode()

    assert desk.put(fits.ljust(LIMIT), after=ABSENT).status == 200
    assert desk.put(fits.ljust(LIMIT + 1), after=ABSENT).status == 413


def test_a_client_that_breaks_off_leaves_what_was_there(desk):
    """Half of a review is none."""
    kept = desk.put(review("shop/city"), after=ABSENT).json["revision"]
    head = (
        f"PUT /decisions HTTP/1.1\r\nhost: 127.0.0.1:{desk.port}\r\norigin: {desk.own}\r\n"
        f'x-harness-token: {desk.token}\r\nif-match: "{kept}"\r\ncontent-length: 500\r\n\r\n{{'
    )
    with socket.create_connection(("127.0.0.1", desk.port)) as connection:
        connection.sendall(head.encode())

    assert desk.ask("/decisions").json["revision"] == kept


def test_a_disk_that_refuses_is_told(desk):
    """The page learns that nothing was kept."""
    desk.keeper.path.mkdir()
    (desk.keeper.path / "x").touch()

    answer = desk.put(review("shop/city"), after=ABSENT)

    assert answer.status == 500
    assert "cannot be" in answer.json["message"]


# Names, restarts, ports


def test_a_restart_goes_on_with_the_file(desk):
    """Another server of the same reviewer has what the first one wrote, and another token."""
    desk.put(review("shop/city"), after=ABSENT)

    with serving(desk.folder, keeper_of(desk.folder), report=REPORT) as address:
        port = int(address.split(":")[2].partition("/")[0])
        old = asked(
            port, "/saver.js", headers={"host": f"localhost:{port}", "x-harness-token": desk.token}
        )

    assert old.status == 403
    assert desk.token not in address
    assert keeper_of(desk.folder).data() == desk.keeper.path.read_bytes()


def test_a_broken_or_foreign_file_stops_the_start(folder):
    """Nobody's decisions are written over."""
    path = folder / decisions_name(RUN, "anna")
    path.write_text(json.dumps(review("shop/city", reviewer="An-na")), encoding="utf-8")
    with pytest.raises(DecisionError, match="say another name with --as"):
        keeper_of(folder)

    path.write_text("{", encoding="utf-8")
    with pytest.raises(DecisionError, match=path.name):
        keeper_of(folder)


@pytest.mark.parametrize(
    ("reviewer", "name"),
    [
        ("anna", "anna"),
        ("Anna Berg", "Anna-Berg"),
        ("../../etc/passwd", "etc-passwd"),
        ("a/b\\c:d\0e\n", "a-b-c-d-e"),
        ("李雷", "李雷"),
        ("x" * 300, "x" * 40),
    ],
)
def test_a_name_makes_a_file_name(reviewer, name):
    """Whatever a person is called, the file lies in the report's folder."""
    assert decisions_name(RUN, reviewer) == f"decisions-{RUN}-{name}.json"


@pytest.mark.parametrize("reviewer", ["", " ", "...", "/", "\u202e"])
def test_a_name_without_letters_is_refused(reviewer):
    """Nothing of it could name a file."""
    with pytest.raises(UsageError, match="--as"):
        decisions_name(RUN, reviewer)


def test_a_taken_port_is_said(desk, folder):
    """And what to do about it."""
    with (
        pytest.raises(SettingsError, match=f"127.0.0.1:{desk.port}.*another --port"),
        serving(folder, keeper_of(folder), report=REPORT, port=desk.port),
    ):
        pass


def test_it_listens_on_loopback_only(desk):
    """Another address of this machine finds nobody."""
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.2", desk.port))


def test_the_token_is_shown_nowhere(desk, capfd, caplog):
    """Neither a log nor a repr nor stderr holds it."""
    desk.ask(f"/review.html?token={desk.token}")
    desk.ask("/no", x_harness_token=None)

    said = capfd.readouterr()
    assert desk.token not in said.out + said.err + caplog.text


def test_hostile_requests_end_in_an_answer(desk):
    """A long query, odd cookies, a body where none is due: an answer, never a broken server."""
    many = "&".join(f"token={i}" for i in range(3_000))
    for target, told in (
        (f"/review.html?{many}", {"x_harness_token": None}),
        ("/review.html?token=%ff", {"x_harness_token": None}),
        ("/data.js", {"cookie": '=;;;\x7f="', "x_harness_token": None}),
        ("/data.js", {"range": "bytes=9999999-"}),
    ):
        assert desk.ask(target, **told).status in (403, 416)
    assert desk.ask("/data.js").status == 200
