-- The shares of a whole sum to 1, within the rounding of DOUBLE.
-- Consequence: Parts would make more or less than the whole they are shares of.
-- Cure: The archive is not to blame: run again with --force; if the rows stay, report them. The
-- former build is still there.
with share_sums as (
    select
        'provider_summary' as relation,
        'archive' as key_value,
        sum(article_share) as total_share,
    from provider_summary
    union all
    select
        'provider_monthly' as relation,
        cast(provider_monthly.month as varchar) as key_value,
        -- Of the articles of the domains that are shown, where the mart has no room for all.
        sum(provider_monthly.article_share) * max(quality_monthly.article_count)
        / nullif(sum(provider_monthly.article_count), 0) as total_share,
    from provider_monthly
    inner join quality_monthly on provider_monthly.month = quality_monthly.month
    group by provider_monthly.month
    union all
    select
        'provider_links' as relation,
        from_domain as key_value,
        sum(mention_share) as total_share,
    from provider_links
    group by from_domain
    union all
    select
        'topic_providers' as relation,
        topic as key_value,
        sum(share_of_topic) as total_share,
    from topic_providers
    group by topic
    union all
    select
        'quality_distribution' as relation,
        concat_ws(' ', role, type) as key_value,
        sum(item_share) as total_share,
    from quality_distribution
    group by role, type
    union all
    select
        'quality_distribution' as relation,
        concat_ws(' ', role, type) as key_value,
        max(cumulative_share) as total_share,
    from quality_distribution
    group by role, type
)

select
    relation,
    key_value,
    'shares do not sum to 1' as problem,
from share_sums
where total_share not between 1 - 1e-9 and 1 + 1e-9
order by relation, key_value
