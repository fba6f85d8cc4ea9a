"""The words by which furniture, labels, dates and names on pages are known, in lower case.

A page of another site or language is taught here, without touching the rules.
"""

from __future__ import annotations


def _phrases(listed: str) -> frozenset[str]:
    return frozenset(listed.split(","))


SECTIONS = _phrases(
    "arts,breaking news,business,climate,courts,crime,culture,economy,editorial,education,"
    "elections,entertainment,environment,features,finance,food,government,health,lifestyle,"
    "living,local,local news,money,nation,national,national news,news,obituaries,opinion,"
    "politics,property,region,science,society,sport,sports,state,state news,style,tech,"
    "technology,top stories,traffic,travel,u.s,uk,us,us news,weather,world,world news,"
    "wirtschaft,politik,kultur,panorama,wissen,lokales,deportes,política,economía,sociedad,"
    "cultura,mundo,politique,économie,société,culture et loisirs,monde,cronaca"
)
"""Labels that name a section whatever stands around them."""

LISTS = _phrases(
    "credits,credit,reporter credits,tags,filed under,topics,related,related stories,"
    "related articles,related content,related coverage,related news,related topics,"
    "more stories,more news,more on this,more on this story,most read,most popular,trending,"
    "trending now,recommended,recommended for you,you may also like,read also,read next,"
    "up next,see also,top headlines,latest headlines,follow us,share this,"
    "créditos,crédits,lesen sie auch,mehr zum thema,à lire aussi,lea también"
)
"""Headings of lists that are no part of the article."""

FURNITURE = _phrases(
    "ad,ads,advertisement,advertisements,advertising,advertise with us,sponsored,"
    "sponsored content,promoted,paid content,subscribe,subscribe now,sign up,sign in,log in,"
    "login,register,menu,search,home,close,read more,more,load more,see more,show more,"
    "view more,show comments,view comments,leave a comment,add a comment,join the conversation,"
    "share this story,share this article,share this page,print this story,print this article,"
    "email this story,email this article,copy link,save for later,save article,play video,"
    "view gallery,photo gallery,back to top,newsletter,newsletters,privacy policy,terms of use,"
    "terms of service,cookie policy,contact us,about us,accessibility,loading,"
    "listen to this article,listen,staff report,staff reports,"
    "anzeige,werbung,teilen,drucken,kommentare,impressum,publicidad,compartir,imprimir,"
    "comentarios,publicité,partager,imprimer,commentaires,pubblicità,condividi,stampa"
)
"""Whole lines that are buttons, links and notices of a site."""

ACTIONS = _phrases(
    "share,print,email,e-mail,mail,save,tweet,facebook,twitter,x,linkedin,whatsapp,reddit,"
    "pinterest,bluesky,threads,comment,comments,copy,link,sms,and,or,on,via"
)
"""Words of which rows of buttons are made, such as `Share Tweet Email`."""

STAMPS = _phrases("posted,updated,published,modified,created")
"""Words that open a line about the time of publication."""

DAYS = _phrases(
    "january,february,march,april,may,june,july,august,september,october,november,december,"
    "jan,feb,mar,apr,jun,jul,aug,sep,sept,oct,nov,dec,monday,tuesday,wednesday,thursday,"
    "friday,saturday,sunday,mon,tue,tues,wed,thu,thur,thurs,fri,sat,sun"
)
"""English months and weekdays."""

CLOCK = _phrases(
    "on,at,first,last,originally,and,ago,today,yesterday,now,am,pm,a.m,p.m,noon,midnight,"
    "minute,minutes,min,mins,hour,hours,hr,hrs,day,days,week,weeks,month,months,"
    "et,est,edt,ct,cst,cdt,mt,mst,mdt,pt,pst,pdt,gmt,utc,bst,cet,cest"
)
"""The other words of an English date and time."""

JOINERS = _phrases("and,und,y,et,of,the,for,de,del,der,da,van,von,la,with,at,in,|,/,&")
"""Words of a byline that need no capital."""

NO_PLACES = _phrases(
    "breaking,breaking news,update,updated,exclusive,watch,listen,opinion,analysis,correction,"
    "note,editor's note,warning,developing,review,video,photos,live,just in,urgent,question,"
    "answer,advertisement,sponsored,faq"
)
"""Words in capitals that open a paragraph before a dash but name no place."""

COMPANIES = _phrases("inc,ltd,co,corp,llc,llp,plc,pty,bros,l.l.c,l.p,s.a,n.v,b.v,s.p.a,a.g")
"""Abbreviated company forms, which may end both a name and a sentence."""

TITLES = _phrases("st,dr,mr,mrs,ms,jr,sr,no,mt,ft")
"""Other abbreviations inside names."""
