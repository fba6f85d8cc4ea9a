-- Which articles are of stories that two providers tell?
-- Grain: one article of one of the two, and the pair.
with story_providers as (
    select distinct
        story_articles.story_id,
        articles.provider_domain,
    from story_articles
    inner join articles on story_articles.article_id = articles.article_id
)

select
    story_articles.article_id,
    least(articles.provider_domain, story_providers.provider_domain) as domain_a,
    greatest(articles.provider_domain, story_providers.provider_domain) as domain_b,
from story_articles
inner join articles on story_articles.article_id = articles.article_id
inner join story_providers
    on
        story_articles.story_id = story_providers.story_id
        and articles.provider_domain <> story_providers.provider_domain
