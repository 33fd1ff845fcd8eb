"""The routes of what stands beside a text while it is worked on: its attachments, and what readers say of it."""

from hub.web import attachments, comments, drafts
from hub.web.route import Match, Route
from hub.web.routes import paths, refusals
from hub.web.shapes.beside import AttachmentName, Attachments, DraftForm, OwnDraft, SettledForm, Threads
from schemas.comment import Answer, Remark, Thread
from schemas.errors import ErrorCode as Code
from schemas.release import Release

ATTACHED: tuple[Route, ...] = (
    Route("GET", paths.ATTACHMENTS, attachments.list_attachments, "附件清单", Attachments, refusals=refusals.READ),
    Route(
        "POST",
        paths.ATTACHMENTS,
        attachments.put_attachment,
        "上传附件；同名的被替换",
        Release,
        upload=True,
        if_match=Match.NEEDED,
        refusals=(*refusals.EDIT, Code.INTAKE),
    ),
    Route("GET", paths.ATTACHMENT, attachments.get_attachment, "附件内容", "*/*", refusals=refusals.READ),
    Route(
        "POST",
        paths.ATTACHMENT + "/rename",
        attachments.rename_attachment,
        "附件改名，扩展名不变",
        Release,
        takes=AttachmentName,
        if_match=Match.NEEDED,
        refusals=refusals.EDIT,
    ),
    Route(
        "DELETE",
        paths.ATTACHMENT,
        attachments.remove_attachment,
        "移除附件",
        Release,
        if_match=Match.NEEDED,
        refusals=refusals.EDIT,
    ),
)

#: Work and no acts: none of it is in the log.
SAID: tuple[Route, ...] = (
    Route("GET", paths.DRAFT, drafts.get_draft, "本人的未保存稿", OwnDraft, refusals=refusals.READ),
    Route(
        "PUT",
        paths.DRAFT,
        drafts.put_draft,
        "写未保存稿，代替本人的上一份；由本人在网页上看过再保存",
        OwnDraft,
        takes=DraftForm,
        refusals=(*refusals.WRITE, Code.NOT_FOUND),
    ),
    Route(
        "DELETE",
        paths.DRAFT,
        drafts.drop_draft,
        "丢弃本人的未保存稿",
        OwnDraft,
        refusals=(*refusals.WRITE, Code.NOT_FOUND),
    ),
    Route("GET", paths.COMMENTS, comments.list_comments, "批注及其答复，旧的在前", Threads, refusals=refusals.READ),
    Route(
        "POST",
        paths.COMMENTS,
        comments.add_comment,
        "对一版的一段文字批注；不引原文即对全篇",
        Thread,
        takes=Remark,
        status=201,
        refusals=refusals.SAY,
    ),
    Route(
        "POST",
        paths.COMMENT + "/answer",
        comments.answer_comment,
        "答复批注",
        Thread,
        takes=Answer,
        refusals=refusals.SAY,
    ),
    Route(
        "POST",
        paths.COMMENT + "/settle",
        comments.settle_comment,
        "标记批注已处理，或重新打开",
        Thread,
        takes=SettledForm,
        refusals=refusals.SAY,
    ),
)
