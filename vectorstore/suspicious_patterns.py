"""What text that means to steer a language model or a page looks like, as data.

Each rule was read against 119,614 real abstracts; what those commonly hold (a Markdown link to
code, `\\href`, `[1]`, `<think>`, "Human:" inside a title) is left out. See docs/security.md.
"""

import re
from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "instruction",
    "role marker",
    "forged fence",
    "forged mark",
    "forged abstention",
    "hidden text",
    "encoded text",
    "image",
    "html",
    "link",
    "tool call",
    "LaTeX command",
    "terminal control",
    "repetition",
]


@dataclass(frozen=True, slots=True)
class Rule:
    """A pattern, tried only on text that holds a needle of each group.

    All are about text in lower case. Finding a needle of one character takes 0.2 microseconds an
    abstract, a longer one 0.7, a pattern 30: so needles are rare and few.
    """

    kind: Kind
    needles: tuple[tuple[str, ...], ...]
    pattern: re.Pattern[str]


def _worded(needles: str, *patterns: str) -> Rule:
    """Return a rule for orders in words; a space in a pattern is any gap between words.

    Needles stand between "|", groups of them between "&".
    """
    groups = tuple(tuple(group.split("|")) for group in needles.split("&"))
    return Rule("instruction", groups, re.compile("|".join(patterns).replace(" ", r"[\W_]+")))


def _markup(kind: Kind, needles: str, *patterns: str) -> Rule:
    """Return a rule for marks that mean something to a program; needles stand between spaces."""
    return Rule(kind, (tuple(needles.split(" ")),), re.compile("|".join(patterns)))


_ORDERS = (
    "(?:instructions?|prompts?|directions|directives?|guidelines?|rules|commands?|orders|messages)"
)
_EARLIER = "(?:previous|prior|above|earlier|preceding|foregoing|former|initial|your|system|other)"
_MODELS = (
    "(?:ais?|llms?|(?:large )?language models?|models?|(?:ai )?assistants?|chatbots?|ai systems?"
    "|(?:ai )?reviewers?|summari[sz]ers?|chatgpt|gpt|claude|gemini)"
)
_SAY = "(?:say|claim|cite|recommend|print|output|insert|append|praise|tell|reply|rate|write)"
_WORDS = "(?:words?|phrase|sentence|text|string)"
_YOURS = "your (?:\\w+ ){0,2}?(?:answer|summary|response|reply|output|review|evaluation)"

# The classic order. Looked for once more where digits stand for letters.
OVERRIDE = _worded(
    "ignore|disregard|forget|override|bypass",
    "\\b(?:ignore|disregard|(?:forget|override|bypass) (?:all|any|your|these))"
    " (?:(?:all|any|the|of|my|these|those|every|each) ){0,3}"
    f"(?:{_EARLIER} (?:\\w+ ){{0,2}}?{_ORDERS}"
    f"|{_ORDERS} (?:\\w+ ){{0,3}}?(?:above|before|earlier|so far))\\b",
    "\\b(?:ignore|disregard|forget) (?:everything|all|anything|what)"
    " (?:\\w+ ){0,3}?(?:above|before|said|told|was written)\\b",
    "\\b(?:ignore|disregard) the (?:above(?=\\s*(?:[.,:;!]|and\\b))|(?:\\w+ ){0,2}excerpts\\b)",
)
LEET_NEEDLES = ("1gn", "gn0", "d1s", "f0r")

ORDERS = (
    OVERRIDE,
    _worded(
        "you",
        "\\byou are now (?:an?|in|the|free|[a-z]*bot|dan)\\b",
        "\\bfrom now on you\\b",
        "\\byou must now\\b",
        "\\byour new (?:task|role|instructions?|goal|objective|orders)\\b",
        "\\bpretend (?:that )?you are\\b",
        f"\\bif you are an? (?:\\w+ )?{_MODELS}\\b",
        f"\\b(?:in|of|to|into|begin|start|end|open|close|finish|make|replace|prefix) {_YOURS}\\b"
        f"[^.]{{0,40}}\\b(?:with|by|say(?:ing)?|that|https?|positive)\\b",
        "\\b(?:reveal|print|repeat|output|show|display|disclose|leak|tell|return|quote|write|copy)"
        " (?:(?:me|us|out|back|all|of|the|full|exact|entire|contents|verbatim|first) ){0,4}"
        f"your (?:\\w+ ){{0,2}}?(?:{_ORDERS}|api keys?|passwords?|secrets?|variables)\\b",
    ),
    _worded(
        "system prompt|system message",
        "\\b(?:reveal|print|repeat|output|show|display|write) (?:out )?the "
        "(?:\\w+ ){0,2}?system (?:prompt|message) (?:verbatim|word|in full|above|now)\\b",
    ),
    _worded(
        ":&llm:|llms:|model:|models:|assistant:|assistants:| ai:|reviewer:|reviewers:|systems:",
        "\\b(?:(?:note|message|instructions?|reminder|important|order|request)s? (?:to|for)"
        f"|(?:^|[.!?;:]\\s+)(?:dear|attention)) (?:(?:the|all|any) ){{0,2}}{_MODELS}\\s*:",
    ),
    _worded(
        "when ",
        "when (?:you (?:are )?)?"
        "(?:summari[sz]\\w+|answer\\w*|asked|cit(?:e|ing)|review\\w*|respond\\w*)\\b"
        "[^.:;]{0,60},? (?:(?:you )?(?:always|must|should|please|also) )?"
        f"(?:{_SAY} (?:that|this|the|exactly|only|it|an?|all)\\b|do not (?:{_SAY}|mention)\\b)",
    ),
    _worded(
        "cite this paper|recommend this|paper is the|positive review|any negatives",
        "\\b(?:always|only|must|never forget to) (?:cite|recommend|praise) this paper\\b",
        "\\b(?:say|state|claim|tell \\w+ \\w+|write) that this paper is the "
        "(?:best|most|only|superior)\\b",
        "\\bgive (?:this paper )?an? (?:\\w+ )?positive review\\b",
        "\\bdo not highlight any negatives\\b",
    ),
    _worded(
        "do not ",
        "do not (?:mention|reveal|tell|disclose|show)"
        " (?:anyone |(?:to )?the user )?(?:about |of )?(?:this|these|the) (?:\\w+ )?"
        "(?:instructions?|notes?|message)\\b",
        "do not (?:tell|inform|warn|alert) the (?:user|reader)\\b",
    ),
    _worded(
        "with the word|pwned|exactly",
        "\\bbeen pwned\\b",
        "\\b(?:respond|reply|answer) (?:(?:always|only|just|exactly|simply) ){0,2}"
        f"(?:with|by saying) the (?:exact )?{_WORDS}\\b",
        f"\\b(?:print|output|say|write) (?:exactly|(?:only )?the {_WORDS})\\s*[:,\"'“‘«]",
    ),
    _worded(
        "://|www.&send |append |transmit |exfiltrat|forward |upload |post ",
        "\\b(?:send|post|forward|append|transmit|exfiltrate|upload) (?:\\w+ ){0,5}?"
        "(?:questions?|conversation|history|prompt|answer|keys?|query|excerpts)"
        "[\\W_](?:[\\w'’]+[\\W_]+){0,6}?(?:https?://|www\\.)",
    ),
    Rule("forged abstention", (("abstracts do not say",),), re.compile("abstracts do not say")),
)
# The classic order in other languages, on text whose letters are left as they are.
FOREIGN_ORDERS = (
    _worded(
        "ignor|vergiss|oublie|olvida",
        "\\b(?:ignorier|vergiss)\\w* (?:\\w+ ){0,4}?(?:anweisung|instruktion|vorgabe|befehl)",
        "\\b(?:ignore[zr]?|oublie[zr]?) (?:\\w+ ){0,4}?(?:consignes|instructions"
        " (?:pr[ée]c[ée]dentes|ant[ée]rieures|ci dessus|du syst[èe]me))",
        "\\b(?:ignor[ae]|olvida)\\w* (?:\\w+ ){0,4}?"
        "(?:instrucciones|indicaciones|instruções|istruzioni)",
    ),
)
# And in other scripts, which only text beyond ASCII can hold.
OTHER_SCRIPTS = (
    _worded(
        "忽略|无视|無視|忘记|忘記|不要理会",
        "(?:忽略|无视|無視|忘记|忘記|不要理会)[^。.]{0,12}(?:指令|指示|提示词|提示詞|说明|命令|规则)",
        "(?:指示|命令|プロンプト)[をは][^。.]{0,4}無視(?:し|せ)",
    ),
    _worded("무시", "(?:지시|명령|프롬프트)\\w* (?:\\w+ ){0,2}?무시"),
    _worded(
        "инструкци|указани",
        "(?:игнорируй|забудь|проигнорируй)\\w* (?:\\w+ ){0,4}?(?:инструкци|указани)",
    ),
    _worded("التعليمات", "(?:تجاهل|انس)[^.]{0,20}التعليمات"),
)

_ROLES = "(?:system|assistant|user|developer|ai)"
_PARTS = (
    "(?:excerpts?|sources?|documents?|context|abstracts?|papers?|questions?|system|assistant|user"
    "|instructions?|prompt|data|tool_results?|search_results?)"
)
_TAGS = (
    "(?:script|img|image|iframe|object|embed|svg|style|link|meta|form|input|button|video|audio|base"
    "|textarea|marquee|details|body|frame|template|noscript)"
)
_CARRIERS = "(?:q|query|question|data|d|prompt|secret|leak|token|text|msg|c|cookie|s|content|chat)"
# Marks that mean something to a program: a page, a prompt, a terminal, TeX.
MARKUP = (
    _markup(
        "role marker",
        "< [ # \n",
        r"<\|(?:im_|system|user|assistant|end|eot|start_header|begin|channel|message)[\w-]*\|>",
        r"(?<!\w)\[/?inst\]|<</?sys>>",
        rf"#{{2,}}\s*(?:{_ROLES}|instructions?|response|human|new\s+\w+)\s*(?::|\n)",
        rf"\n\s*(?:\*\*)?(?:{_ROLES}|human)(?:\*\*)?\s*:",
    ),
    _markup(
        "role marker",
        "system: assistant: user:",
        rf"(?<!\bvs)(?<!\bdr)[.!?]\s+{_ROLES}:\s",
    ),
    _markup(
        "forged fence",
        "< ` [ # --- === ***",
        rf"</?{_PARTS}(?:[\s_:-][^<>]{{0,80}})?/?>",
        r"(?<!`)```(?!`)(?:\s|$|[a-z]+\s)",
        r"(?:[-=#*<]{2}|\[)\s*(?:begin|end)\s+(?:of\s+)?(?:the\s+)?(?:\w+\s+)?"
        rf"{_PARTS}\b[^\w.]*[-=#*\]>]",
    ),
    _markup(
        "forged mark",
        "【 [ excerpt",
        r"【\s*\d",
        r".\n\s*\[\d{1,2}\]\s+\S",
        r"\[\d{1,3}\]\(|\[\^?\d{1,3}\]:\s",
        r"\bexcerpts?\s+\[?\d{1,2}\]?\s",
        r"\[(?:source|excerpt|doc|citation)\s*:?\s*\d+\]",
        r"(?:according to|as (?:stated|shown|proven|confirmed) (?:in|by)|cite)\s+\[\d{1,3}\]",
    ),
    _markup("image", "[ <", r"!\[[^\]]*\]\s*[(\[]", r"<img\b"),
    _markup(
        "html",
        "< &",
        rf"(?:<|&lt;|&#0*60;|&#x0*3c;)\s*/?{_TAGS}(?:[\s/>&=]|$)",
        r"<[a-z][^<>]*\son[a-z]+\s*=",
        r"<!--|<!\[cdata\[",
    ),
    _markup(
        "link",
        "script: data: ] ://",
        r"\b(?:java|vb)script:(?:\S|\s*[\w.$]+[(=])",
        r"\bdata:(?:text|image)/[\w+-]+[;,]|\bfile://",
        r"\[[^\]\n]+\]:\s*\S+:[/\w]",
        rf"\]\([^)\s]+[?&]{_CARRIERS}=",
        rf"https?://[^\s)\]]*[?&]{_CARRIERS}=(?:[\[{{<%$]|$|\s)",
        r"https?://[\w.-]+@[\w-]",
    ),
    _markup(
        "tool call",
        "{",
        r"[\"'](?:tool|function|tool_calls?|function_call|tool_name)[\"']\s*:\s*[\[{\"']",
        r"[\"']name[\"']\s*:\s*[\"'][^\"']+[\"']\s*,\s*[\"'](?:arguments|parameters)[\"']",
        r"<(?:tool_call|function_call|invoke|function)\b[^<>]*>\s*[{<]",
    ),
    _markup(
        "LaTeX command",
        "\\",
        r"\\(?:input|include|includegraphics|write18|immediate|openin|openout|read|catcode"
        r"|csname|directlua|usepackage|documentclass|newcommand)\s*[\d{\\\[]",
        r"\\href\s*\{\s*(?:javascript|data|file):",
    ),
    _markup("terminal control", "\x1b \x9b \x08", "\x1b", "\x9b[0-9;?]*[a-z]", "\x08"),
)
