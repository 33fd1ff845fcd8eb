"""The table of commands."""

import typer

from hub.cli import (
    backup,
    bounce,
    calendar,
    channel,
    check,
    delivery,
    demo,
    evidence,
    people,
    programs,
    publish,
    release,
    sandbox,
    standing,
    status,
)

gongbu = typer.Typer(
    name="gongbu",
    help="公布：一次发布，各渠道同步，全程可证明。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
gongbu.command("demo")(demo.demo)
gongbu.command("up")(programs.up)
gongbu.command("serve")(programs.serve)
gongbu.command("worker")(programs.worker)
gongbu.command("migrate")(programs.migrate)
gongbu.command("backup")(backup.write)
gongbu.command("restore")(backup.restore)
gongbu.command("check")(check.check)
gongbu.add_typer(people.user, name="user")
gongbu.add_typer(calendar.calendar, name="calendar")
gongbu.command("import")(release.import_files)
gongbu.command("checks")(release.checks)
gongbu.command("submit")(release.submit)
gongbu.command("review")(release.review)
gongbu.command("publish")(publish.publish)
gongbu.command("withdraw")(standing.withdraw)
gongbu.command("annotate")(standing.annotate)
gongbu.add_typer(standing.standing, name="standing")
gongbu.command("status")(status.status)
gongbu.add_typer(delivery.delivery, name="delivery")
gongbu.add_typer(channel.channel, name="channel")
gongbu.add_typer(evidence.log, name="log")
gongbu.command("bounce")(bounce.bounce)
gongbu.command("certificate")(evidence.certificate)
gongbu.add_typer(sandbox.sandbox, name="sandbox")


def main() -> None:
    """Run the command line."""
    gongbu()
