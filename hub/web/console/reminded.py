"""邮件提醒: where one is reminded of days that come near, or that one is not."""

from hub.commands import reminding
from hub.web.console.room import Answer, Moved, Page, Visit, ways

PATH = "/me/reminders"


async def show(visit: Visit) -> Page:
    address, is_off = await reminding.find(visit.hub, visit.person)
    return Page("reminded.html", {"address": address, "is_off": is_off})


async def put(visit: Visit) -> Answer:
    address, is_off = visit.posted.get("address"), not visit.posted.get("is_on")
    await reminding.put(visit.hub, visit.person, address, is_off=is_off)
    if not address.strip():
        return Moved(PATH, said="邮箱地址已删除，不再发提醒。")
    return Moved(PATH, said="已关闭邮件提醒，地址仍保留。" if is_off else "邮件提醒已开启。")


ROOMS = ways(PATH, show, put)
