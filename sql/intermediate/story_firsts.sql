-- How often is each outlet, and each publisher, first with a story, and how often would chance
-- make it so?
-- Grain: one domain (level `provider`, its name is the domain) or one name on a domain (level
-- `publisher`) with a story that two of the level tell, and in which every article has a time.
with timed_articles as (
    select
        story_articles.story_id,
        story_articles.lag_hours,
        articles.provider_domain,
        coalesce(articles.provider_name, articles.provider_domain) as provider_name,
        articles.published_precision,
    from story_articles
    inner join articles on story_articles.article_id = articles.article_id
),

timed_stories as (
    select
        story_id,
        count(*) as article_count,
        min(lag_hours) as first_lag_hours,
        min(provider_domain) <> max(provider_domain) as has_providers,
    from timed_articles
    group by story_id
    having
        count(*) filter (where published_precision = 'time') = count(*)
        and (
            min(provider_domain) <> max(provider_domain)
            or min(provider_name) <> max(provider_name)
        )
),

outlet_articles as (
    select
        'provider' as level,
        timed_articles.story_id,
        timed_articles.provider_domain,
        timed_articles.provider_domain as provider_name,
        timed_articles.lag_hours - timed_stories.first_lag_hours as lag_hours,
        timed_stories.article_count,
    from timed_articles
    inner join timed_stories on timed_articles.story_id = timed_stories.story_id
    where timed_stories.has_providers
    union all
    select
        'publisher' as level,
        timed_articles.story_id,
        timed_articles.provider_domain,
        timed_articles.provider_name,
        timed_articles.lag_hours - timed_stories.first_lag_hours as lag_hours,
        timed_stories.article_count,
    from timed_articles
    inner join timed_stories on timed_articles.story_id = timed_stories.story_id
),

story_outlets as (
    select
        level,
        story_id,
        provider_domain,
        provider_name,
        min(lag_hours) as lag_hours,
        count(*) filter (where lag_hours = 0) as first_article_count,
        sum(count(*) filter (where lag_hours = 0)) over (partition by level, story_id)
            as story_first_article_count,
        cast(count(*) as double) / max(article_count) as chance,
    from outlet_articles
    group by level, story_id, provider_domain, provider_name
),

-- Articles of the same second share the first place. Sums of whole trillionths do not depend on
-- the order of rows, those of fractions do; the last digit is rounded away.
outlets as (
    select
        level,
        provider_domain,
        provider_name,
        cast(count(*) as double) as story_count,
        floor(
            cast(
                sum(
                    cast(
                        floor(
                            cast(first_article_count as double) / story_first_article_count
                            * 1000000000000 + 0.5
                        ) as bigint
                    )
                ) as double
            ) / 10 + 0.5
        ) / 100000000000 as first_count,
        count(*) filter (
            where first_article_count > 0 and first_article_count < story_first_article_count
        ) as tied_first_count,
        floor(
            cast(sum(cast(floor(chance * 1000000000000 + 0.5) as bigint)) as double) / 10 + 0.5
        ) / 100000000000 as expected_first_count,
        quantile_cont(lag_hours, 0.5) as median_lag_hours,
    from story_outlets
    group by level, provider_domain, provider_name
),

-- Wilson's interval of the share of stories, with z = 1.96, and Hoeffding's bound on the tails of a
-- sum of unequal chances.
tested as (
    select
        level,
        provider_domain,
        provider_name,
        first_count / expected_first_count as first_ratio,
        greatest(
            0,
            first_count + 1.9208
            - 1.96 * sqrt(first_count * (story_count - first_count) / story_count + 0.9604)
        ) / (story_count + 3.8416) * story_count / expected_first_count as first_ratio_low,
        (
            first_count + 1.9208
            + 1.96 * sqrt(first_count * (story_count - first_count) / story_count + 0.9604)
        ) / (story_count + 3.8416) * story_count / expected_first_count as first_ratio_high,
        least(
            1,
            2 * exp(
                first_count * ln(expected_first_count / greatest(first_count, 1e-9))
                + (story_count - first_count) * ln(
                    (story_count - expected_first_count)
                    / greatest(story_count - first_count, 1e-9)
                )
            )
        ) as p_value,
        count(*) over (partition by level) as outlet_count,
    from outlets
    where least(expected_first_count, story_count - expected_first_count) >= 5
),

ranked as (
    select
        level,
        p_value,
        outlet_count,
        count(*) over (partition by level order by p_value) as reached_count,
    from tested
),

-- Benjamini and Hochberg: of the outlets supported 5 % are so by chance on average, not 5 % of all.
thresholds as (
    select
        level,
        max(p_value) as p_value,
    from ranked
    where p_value * outlet_count <= 0.05 * reached_count
    group by level
),

supported as (
    select
        tested.level,
        tested.provider_domain,
        tested.provider_name,
        row_number() over (
            partition by tested.level
            order by
                tested.first_ratio desc, tested.provider_domain asc, tested.provider_name asc
        ) as first_rank,
        count(*) over (partition by tested.level, tested.first_ratio) > 1 as is_rank_tied,
    from tested
    inner join thresholds on tested.level = thresholds.level
    where
        tested.p_value <= thresholds.p_value
        and (tested.first_ratio_low > 1 or tested.first_ratio_high < 1)
)

select
    outlets.level,
    outlets.provider_domain,
    outlets.provider_name,
    cast(outlets.story_count as bigint) as story_count,
    outlets.first_count,
    cast(outlets.tied_first_count as bigint) as tied_first_count,
    outlets.expected_first_count,
    tested.first_ratio,
    tested.first_ratio_low,
    tested.first_ratio_high,
    tested.p_value,
    supported.first_rank is not null as is_supported,
    cast(supported.first_rank as bigint) as first_rank,
    coalesce(supported.is_rank_tied, false) as is_rank_tied,
    cast(outlets.median_lag_hours as double) as median_lag_hours,
from outlets
left join tested
    on
        outlets.level = tested.level
        and outlets.provider_domain = tested.provider_domain
        and outlets.provider_name = tested.provider_name
left join supported
    on
        outlets.level = supported.level
        and outlets.provider_domain = supported.provider_domain
        and outlets.provider_name = supported.provider_name
