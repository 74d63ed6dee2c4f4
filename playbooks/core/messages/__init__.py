"""Message templates: what they may say, whether they may be published, and how one is rendered. Sends nothing."""

from playbooks.core.messages.checks import check_template
from playbooks.core.messages.rendering import RenderedMessage, RenderProblem, fill_text, names_in, render_message
from playbooks.core.messages.templates import MessageTemplate, parse_template
from playbooks.core.messages.variables import VARIABLES, MessageValue, Variable, sample_values

__all__ = [
    "VARIABLES",
    "MessageTemplate",
    "MessageValue",
    "RenderProblem",
    "RenderedMessage",
    "Variable",
    "check_template",
    "fill_text",
    "names_in",
    "parse_template",
    "render_message",
    "sample_values",
]
