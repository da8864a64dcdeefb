"""The face of the engine: what other rooms import. `step(world, token, event)` gives a turn; pure, no clock."""

from bot.engine.assessment import ANSWERS, SIGNS, answer_of, asked, role_of, ticks_of
from bot.engine.flow_compiler import (
    BITS,
    ENTRY,
    OPENING_OLD,
    REQUIRED,
    SHAPES,
    Flows,
    compile_flows,
    full,
    shape_of,
    survey_flows,
)
from bot.engine.flow_schema import Condition, FieldName, ListOf, ShowKind, Step
from bot.engine.input import link_payload
from bot.engine.lists import LISTS
from bot.engine.mix import mix_steps
from bot.engine.paging import BUTTONS, WORDS, words_read
from bot.engine.referrals import QUESTIONS, disclose
from bot.engine.render_context import RenderContext
from bot.engine.screen import LABEL, draw_screen
from bot.engine.state import State, hash_of
from bot.engine.subject_index import AREAS
from bot.engine.tokens import LONGEST, WORD_BYTES, pack, unpack
from bot.engine.transitions import LIST, Transitions
from bot.engine.turn import step
from bot.engine.types import (
    Alert,
    Choice,
    ChoiceKind,
    Copy,
    Effect,
    Erase,
    EraseTyped,
    Event,
    Layout,
    Leave,
    Listen,
    Press,
    Screen,
    Span,
    Start,
    Surface,
    Timer,
    Turn,
    Typed,
    Unreadable,
    World,
)
from bot.engine.walker import reads, variations, walk
from bot.engine.where import answers

__all__ = [
    "ANSWERS",
    "AREAS",
    "BITS",
    "BUTTONS",
    "ENTRY",
    "LABEL",
    "LIST",
    "LISTS",
    "LONGEST",
    "OPENING_OLD",
    "QUESTIONS",
    "REQUIRED",
    "SHAPES",
    "SIGNS",
    "WORDS",
    "WORD_BYTES",
    "Alert",
    "Choice",
    "ChoiceKind",
    "Condition",
    "Copy",
    "Effect",
    "Erase",
    "EraseTyped",
    "Event",
    "FieldName",
    "Flows",
    "Layout",
    "Leave",
    "ListOf",
    "Listen",
    "Press",
    "RenderContext",
    "Screen",
    "ShowKind",
    "Span",
    "Start",
    "State",
    "Step",
    "Surface",
    "Timer",
    "Transitions",
    "Turn",
    "Typed",
    "Unreadable",
    "World",
    "answer_of",
    "answers",
    "asked",
    "compile_flows",
    "disclose",
    "draw_screen",
    "full",
    "hash_of",
    "link_payload",
    "mix_steps",
    "pack",
    "reads",
    "role_of",
    "shape_of",
    "step",
    "survey_flows",
    "ticks_of",
    "unpack",
    "variations",
    "walk",
    "words_read",
]
