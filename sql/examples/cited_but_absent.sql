-- Which outlets are cited, although the archive holds no article of theirs?
-- Grain: one provider domain without articles.
select
    provider_domain,
    provider_name,
    mention_count,
    distinct_related_count,
    citing_article_count,
from provider_summary
where article_count = 0
order by citing_article_count desc, provider_domain asc
