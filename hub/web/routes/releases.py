"""The routes that bring a release to its approval, and those that show what it would be in public."""

from hub.web import preview, reading, writing
from hub.web.forms import DocumentText, MetadataPatch, Page, ReviewForm, SubmitForm
from hub.web.route import Match, Route
from hub.web.routes import paths, refusals
from hub.web.shapes.releases import EditionName, Findings, Preview, ReleaseLines, Saved
from schemas.errors import ErrorCode as Code
from schemas.release import Metadata, Release

#: A release from its first line to its last review.
WRITTEN: tuple[Route, ...] = (
    Route(
        "GET",
        paths.ALL,
        reading.list_releases,
        "列出政策发布，新的在前",
        ReleaseLines,
        page=Page,
        refusals=(Code.INVALID,),
    ),
    Route(
        "POST", paths.ALL, writing.create, "新建政策发布", Release, takes=Metadata, status=201, refusals=refusals.WRITE
    ),
    Route("GET", paths.ONE, reading.get_release, "读取政策发布及其文件", Release, refusals=refusals.READ),
    Route(
        "PATCH",
        paths.ONE,
        writing.edit,
        "修改公文要素",
        Release,
        takes=MetadataPatch,
        if_match=Match.NEEDED,
        refusals=refusals.EDIT,
    ),
    Route(
        "PUT",
        paths.DOCUMENT,
        writing.put_document,
        "写入政策文件或解读：JSON，或上传 .docx .html .md .txt",
        Saved,
        takes=DocumentText,
        upload=True,
        if_match=Match.NEEDED,
        refusals=(*refusals.EDIT, Code.INTAKE),
    ),
    Route(
        "POST",
        paths.ONE + "/submit",
        writing.submit,
        "提交审核",
        EditionName,
        takes=SubmitForm,
        if_match=Match.HEEDED,
        refusals=refusals.SUBMIT,
    ),
    Route("POST", paths.ONE + "/review", writing.review, "审核", Release, takes=ReviewForm, refusals=refusals.REVIEW),
)

#: What the checks say of it, and what a channel would be given.
SHOWN: tuple[Route, ...] = (
    Route("GET", paths.ONE + "/checks", reading.list_findings, "发布前检查", Findings, refusals=refusals.SHOW),
    Route(
        "GET", paths.ONE + "/preview/{channel}", preview.list_files, "预览：文件清单", Preview, refusals=refusals.SHOW
    ),
    Route(
        "GET",
        paths.ONE + "/preview/{channel}/{file:.+}",
        preview.get_file,
        "预览：文件内容",
        "*/*",
        refusals=refusals.SHOW,
    ),
)
