"""公开属性重新审定: what a line of the sheet must be, who decides on a document, and when it is looked at again."""
