"""The routes of deliveries and of the channels that they go to: follow them, steer them, carry them by hand."""

from hub.web import events, packages, reading, steering
from hub.web.forms import HandedForm, Nothing, Page, PauseForm, PostponeForm, SettleForm, WhyForm
from hub.web.route import Route
from hub.web.routes import paths, refusals
from hub.web.shapes.channels import ChannelHealth, ChannelLines
from hub.web.shapes.deliveries import DeliveryLines, DeliveryNow, Publications
from schemas.errors import ErrorCode as Code

#: How far a release has come, and where it is public.
FOLLOWED: tuple[Route, ...] = (
    Route(
        "GET",
        paths.ONE + "/deliveries",
        reading.list_deliveries,
        "投递及其经过，旧的在前",
        DeliveryLines,
        page=Page,
        refusals=(*refusals.READ, Code.INVALID),
    ),
    Route(
        "GET",
        paths.ONE + "/events",
        events.follow,
        "投递进度（服务器推送）",
        "text/event-stream",
        tells=events.TELLS,
        refusals=refusals.READ,
    ),
    Route(
        "GET", paths.ONE + "/publications", reading.list_publications, "发布记录", Publications, refusals=refusals.READ
    ),
)

#: What a person does to a delivery that is under way, and to a channel.
STEERED: tuple[Route, ...] = (
    Route(
        "POST",
        paths.DELIVERY + "/retry",
        steering.retry_delivery,
        "立即重试投递",
        DeliveryNow,
        takes=Nothing,
        refusals=refusals.HAND,
    ),
    Route(
        "POST",
        paths.DELIVERY + "/cancel",
        steering.cancel_delivery,
        "取消投递",
        DeliveryNow,
        takes=WhyForm,
        refusals=refusals.HAND,
    ),
    Route(
        "POST",
        paths.DELIVERY + "/postpone",
        steering.postpone_delivery,
        "改期投递",
        DeliveryNow,
        takes=PostponeForm,
        refusals=(*refusals.HAND, Code.TOO_LATE),
    ),
    Route(
        "POST",
        paths.DELIVERY + "/settle",
        steering.settle_delivery,
        "填写查证结果",
        DeliveryNow,
        takes=SettleForm,
        refusals=refusals.HAND,
    ),
    Route(
        "GET",
        paths.DELIVERY + "/package",
        packages.get_package,
        "下载交人员办理的资料包",
        "application/zip",
        refusals=(Code.FORBIDDEN, Code.ISSUED_BY_OTHERS, Code.NOT_FOUND, Code.BLOCKED),
    ),
    Route(
        "POST",
        paths.DELIVERY + "/handed",
        packages.hand_delivery,
        "登记人员办理的结果",
        DeliveryNow,
        takes=HandedForm,
        refusals=refusals.HAND,
    ),
    Route("GET", "/api/v1/channels", reading.list_channels, "渠道：是否畅通、额度", ChannelLines),
    Route(
        "POST",
        paths.CHANNEL + "/pause",
        steering.pause_channel,
        "暂停渠道",
        ChannelHealth,
        takes=PauseForm,
        refusals=refusals.TURN,
    ),
    Route(
        "POST",
        paths.CHANNEL + "/resume",
        steering.resume_channel,
        "恢复渠道",
        ChannelHealth,
        takes=Nothing,
        refusals=refusals.TURN,
    ),
)
