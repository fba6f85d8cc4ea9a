-- Which outlets does an outlet list most, itself left out?
-- Grain: one pair of domains, the ten with most citing articles.
select
    from_domain,
    to_domain,
    citing_article_count,
    mention_count,
    distinct_related_count,
    mention_share,
    lift,
from provider_links
where from_domain <> to_domain
order by citing_article_count desc, mention_count desc, from_domain asc, to_domain asc
limit 10
