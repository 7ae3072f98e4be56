"""Domains: the host of a company as its key, and the hosts that belong to nobody in particular."""

from __future__ import annotations

import re

from smallcrm.services.values.hosts import MAX_HOST, ascii_host
from smallcrm.services.values.listing import listed
from smallcrm.services.values.suffixes import is_suffix

_PLAIN = re.compile(
    r"(?:https?://)?(?:www\.(?=[^/]*\.))?(?!www\.)((?:(?!-)[a-z0-9-]{1,63}+(?<!-)\.)++[a-z]{2,63})/?",
)
_URL = re.compile(
    r"(?:[a-z][a-z0-9+-]*:)?(?://)?(?:[^\s/?#@]*@)?(www\d?\.(?=[^/?#:]*\.))?([^\s/?#:@]+)(?::\d+)?\.?(?:[/?#].*)?",
    re.IGNORECASE | re.DOTALL,
)
_SCHEME = re.compile(r"(?!(?:https?|ftp)\b)[a-z][a-z0-9+-]*:(?!\d+(?:[/?#]|$))", re.IGNORECASE)
FREEMAIL = listed(
    """
    aol.com aim.com arcor.de att.net bellsouth.net bigpond.com bk.ru bluewin.ch bol.com.br
    btinternet.com centrum.cz charter.net comcast.net cox.net daum.net duck.com earthlink.net
    email.com email.cz fastmail.com fastmail.fm foxmail.com free.fr freemail.hu freenet.de gmail.com
    gmx.at gmx.ch gmx.com gmx.de gmx.net googlemail.com hanmail.net hey.com hotmail.be hotmail.co.uk
    hotmail.com hotmail.de hotmail.es hotmail.fr hotmail.it hotmail.nl hushmail.com icloud.com
    ig.com.br inbox.lv inbox.ru interia.pl juno.com kpnmail.nl laposte.net libero.it list.ru live.be
    live.ca live.co.uk live.com live.de live.fr live.it live.nl lycos.com mac.com mail.com mail.de
    mail.ru mailbox.org me.com msn.com naver.com neuf.fr nate.com o2.pl online.de online.no onet.pl
    op.pl optonline.net optusnet.com.au orange.fr outlook.be outlook.com outlook.de outlook.es
    outlook.fr outlook.it pm.me poczta.onet.pl posteo.de proton.me protonmail.ch protonmail.com
    qq.com rambler.ru rediffmail.com rocketmail.com rogers.com sapo.pt sbcglobal.net seznam.cz
    sfr.fr shaw.ca sina.com sky.com skynet.be sohu.com sympatico.ca t-online.de talktalk.net
    telefonica.net telenet.be telia.com terra.com.br terra.es tiscali.it tlen.pl tuta.io
    tutanota.com ukr.net uol.com.br verizon.net virgilio.it virginmedia.com vodafone.de volny.cz
    walla.co.il wanadoo.fr web.de wp.pl xs4all.nl xtra.co.nz ya.ru yahoo.ca yahoo.co.in yahoo.co.jp
    yahoo.co.uk yahoo.com yahoo.com.au yahoo.com.br yahoo.de yahoo.es yahoo.fr yahoo.it yandex.com
    yandex.ru yeah.net ymail.com ziggo.nl zoho.com 126.com 139.com 163.com 1und1.de
    """
)
SHARED_HOSTS = listed(
    """
    about.me amazonaws.com appspot.com azurewebsites.net behance.net bit.ly blogspot.com business.site carrd.co
    cloudfront.net crunchbase.com etsy.com facebook.com fb.com firebaseapp.com fly.dev github.com github.io gitlab.com
    gitlab.io godaddysites.com goo.gl google.com herokuapp.com instagram.com jimdo.com jimdofree.com jimdosite.com
    linkedin.com linktr.ee medium.com myshopify.com netlify.app notion.site onrender.com pages.dev pinterest.com
    sites.google.com soundcloud.com square.site strikingly.com substack.com tiktok.com tumblr.com twitter.com vercel.app
    vimeo.com web.app webflow.io weebly.com wikipedia.org wix.com wixsite.com wordpress.com workers.dev x.com xing.com
    yelp.com youtube.com
    """
)


def normalise_domain(text: str) -> str | None:
    """The host that a domain or web address names: lower case, IDNA, no `www.`; None if it names none."""
    plain = _PLAIN.fullmatch(text)
    if plain and len(plain[1]) <= MAX_HOST:
        return plain[1]
    text = text.strip()
    if "@" in text.partition("/")[0] and "://" not in text:
        return None
    match = None if _SCHEME.match(text) else _URL.fullmatch(text)
    host = ascii_host(match[2]) if match else None
    if host is None or "." not in host or host[-1].isdigit() or "_" in host:
        return None
    return host


def belongs_to_many(domain: str) -> bool:
    """Whether the domain is a mail provider's, a shared host or a registry's, and so never tells a company."""
    if domain in FREEMAIL or domain in SHARED_HOSTS or is_suffix(domain):
        return True
    return any(parent in SHARED_HOSTS for parent in _parents(domain))


def company_domain(text: str) -> str | None:
    """The domain if it can be a company's key; None for no domain and for those that belong to many."""
    domain = normalise_domain(text)
    return None if domain is None or belongs_to_many(domain) else domain


def _parents(domain: str) -> list[str]:
    labels = domain.split(".")
    return [".".join(labels[at:]) for at in range(1, len(labels) - 1)]
