-- Which share of the articles has each provider, over time?
-- Grain: one article, in its month; providers but the seven largest are one voice.
with ranked as (
    select
        provider_domain,
        row_number() over (order by article_count desc, provider_domain asc) as place,
    from providers
)

select
    articles.article_id,
    cast(date_trunc('month', articles.published_date) as date) as period,
    cast(
        date_trunc('month', articles.published_date) + interval 1 month - interval 1 day as date
    ) as last_day,
    case when ranked.place <= 7 then articles.provider_domain else 'all others' end as voice,
from articles
inner join ranked on articles.provider_domain = ranked.provider_domain
order by articles.published_date, articles.article_id
