import asyncio
from ipaddress import ip_network

import pytest
from aiohttp import test_utils
from channels.post import Tls
from hub import app, serve
from hub.commands import publishing
from hub.post import MailSettings
from hub.settings import Settings
from hub.store import deliveries
from tests import databases, making
from tests.browser.console import bureau as bureaus
from tests.channels.webhook.receiver import SECRET, Receiver, Fault
from tests.mail import post_office

OUT = "/tmp/partners/"


async def test_look(engines, migrated, tmp_path, browser):
    receiver = Receiver()
    server = test_utils.TestServer(receiver.app()); await server.start_server()
    receiver.base = str(server.make_url("")).rstrip("/")
    async with post_office.opened() as office, databases.made(engines, like=migrated) as where:
        office.hang_up = True
        public, staffs = serve.bind("[::]:0"), serve.bind("[::]:0")
        urls = [f"http://localhost:{one.getsockname()[1]}" for one in (public, staffs)]
        channels = (
            {"name": "website", "kind": "website", "authoritative": True},
            {"name": "津云", "kind": "webhook", "url": receiver.base + "/hook", "secrets": (SECRET,), "look_seconds": 0.1},
            {"name": "各单位", "kind": "mail", "recipients": ("xwzx@partner.test", "bgs@unit.test")},
        )
        receiver.names_pages = False
        settings = Settings(data_dir=tmp_path, public_url=urls[0], staff_url=urls[1], channels=channels,
            outward_networks=(ip_network("127.0.0.0/8"),), mail=MailSettings(host="127.0.0.1", port=office.port, tls=Tls.NONE, sender="zhengce@bureau.test"))
        await app.prepare(settings, where)
        async with app.opened(settings, where) as house, serve.serving(house, public_socket=public, staff_socket=staffs), bureaus._working(house):
            staff = {login: await bureaus._hired(house, login) for login in bureaus.PEOPLE}
            one = bureaus.Bureau(house, staff, urls[1], browser)
            edition = await making.approved(house, staff)
            n = edition.release
            page = await one.known("publisher")
            for name, path in (("p-mail", f"/releases/{n}/preview/各单位"), ("p-hook", f"/releases/{n}/preview/津云"), ("publish", f"/releases/{n}/publish")):
                await page.goto(path); await page.screenshot(path=OUT + name + ".png", full_page=True)
            await publishing.publish(house.hub, staff["publisher"], n)
            async with asyncio.timeout(50):
                while True:
                    async with house.engine.connect() as c:
                        found = await deliveries.of_release(c, n)
                    if sum(d.state.value == "held" for d in found) == 2:
                        break
                    await asyncio.sleep(0.2)
            await page.goto(f"/releases/{n}/progress"); await page.screenshot(path=OUT + "progress.png", full_page=True)
            for d in found:
                if d.state.value == "held":
                    print(d.channel, d.trouble)
                    await page.goto(f"/deliveries/{d.id}"); await page.screenshot(path=OUT + f"held-{d.id}.png", full_page=True)
            mail = office.messages[-1]
            open(OUT + "mail.html", "w").write(post_office.text(mail, "html")); open(OUT + "mail.txt", "w").write(post_office.text(mail))
            await page.goto("about:blank"); await page.goto("file://" + OUT + "mail.html"); await page.screenshot(path=OUT + "mail.png")
            for c in one.opened: await c.close()
    await server.close()
