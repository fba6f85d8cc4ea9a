-- Which properties go with a higher or lower quality, among all articles and within each outlet,
-- and is the difference more than chance?
-- Grain: one factor and one of its levels. Every article is in exactly one level of each factor,
-- but in none where its archive lacks the field.
-- Odd but exact: sums over providers are of DECIMALs, so that no rounding depends on their order.
with article_factors as (
    select
        provider_domain,
        cast(quality as bigint) as quality,
        case when image_count > 0 then 'yes' when image_count = 0 then 'no' end as has_image,
        case when has_amp then 'yes' when not has_amp then 'no' end as has_amp,
        case when excerpt is not null then 'yes' else 'no' end as has_excerpt,
        coalesce(type, 'unknown') as type,
        case
            when topic_count = 0 then '0'
            when topic_count = 1 then '1'
            when topic_count > 1 then '2 and more'
        end as topic_count,
        case
            when related_count = 0 then '00'
            when related_count < 10 then '01 to 09'
            when related_count < 30 then '10 to 29'
            when related_count >= 30 then '30 and more'
        end as related_count,
        case
            when length(title) < 40 then '000 to 039 characters'
            when length(title) < 70 then '040 to 069 characters'
            when length(title) < 100 then '070 to 099 characters'
            else '100 characters and more'
        end as title_length,
        -- The second remainder keeps days before 1970 in 0 to 6.
        case (date_diff('day', date '1970-01-05', published_date) % 7 + 7) % 7
            when 0 then '1 Monday'
            when 1 then '2 Tuesday'
            when 2 then '3 Wednesday'
            when 3 then '4 Thursday'
            when 4 then '5 Friday'
            when 5 then '6 Saturday'
            when 6 then '7 Sunday'
        end as weekday,
    from articles
),

-- Articles of a provider that are alike in every factor are summed first.
kinds as (
    select
        provider_domain,
        has_amp,
        has_excerpt,
        has_image,
        related_count,
        title_length,
        topic_count,
        type,
        weekday,
        count(*) as article_count,
        count(quality) as n,
        sum(quality) as total,
    from article_factors
    group by
        provider_domain,
        has_amp,
        has_excerpt,
        has_image,
        related_count,
        title_length,
        topic_count,
        type,
        weekday
),

kind_levels as (
    select
        kinds.provider_domain,
        factors.factor,
        case factors.factor
            when 'has_amp' then kinds.has_amp
            when 'has_excerpt' then kinds.has_excerpt
            when 'has_image' then kinds.has_image
            when 'related_count' then kinds.related_count
            when 'title_length' then kinds.title_length
            when 'topic_count' then kinds.topic_count
            when 'type' then kinds.type
            when 'weekday' then kinds.weekday
        end as level,
        kinds.article_count,
        kinds.n,
        kinds.total,
    from kinds
    cross join (
        values
        ('has_amp'),
        ('has_excerpt'),
        ('has_image'),
        ('related_count'),
        ('title_length'),
        ('topic_count'),
        ('type'),
        ('weekday')
    ) as factors (factor)
),

provider_levels as (
    select
        provider_domain,
        factor,
        level,
        sum(article_count) as article_count,
        sum(n) as n,
        coalesce(sum(total), 0) as total,
    from kind_levels
    where level is not null
    group by provider_domain, factor, level
),

providers_rated as (
    select
        provider_domain,
        count(quality) as n,
        sum(quality) as total,
    from article_factors
    group by provider_domain
    having count(quality) > 0
),

archive_rated as (
    select
        count(*) as provider_count,
        sum(n) as n,
        sum(total) as total,
    from providers_rated
),

-- How far the mean of all would be off without one provider.
providers_left_out as (
    select
        providers_rated.provider_domain,
        providers_rated.n,
        providers_rated.total,
        cast(archive_rated.total as double) / archive_rated.n
        - cast(archive_rated.total - providers_rated.total as double)
        / nullif(archive_rated.n - providers_rated.n, 0) as shift,
    from providers_rated
    cross join archive_rated
),

all_shifts as (
    select sum(cast(shift * shift as decimal(38, 18))) as squares,
    from providers_left_out
),

level_sums as (
    select
        factor,
        level,
        count(*) as provider_count,
        sum(article_count) as article_count,
        sum(n) as n,
        sum(total) as total,
    from provider_levels
    group by factor, level
),

-- One row for each level and each provider with rated articles of it.
compared as (
    select
        provider_levels.factor,
        provider_levels.level,
        provider_levels.n,
        cast(provider_levels.n as double)
        * (providers_left_out.n - provider_levels.n) / providers_left_out.n as weight,
        cast(provider_levels.total as double) / provider_levels.n
        - cast(providers_left_out.total - provider_levels.total as double)
        / nullif(providers_left_out.n - provider_levels.n, 0) as difference,
        cast(level_sums.total - provider_levels.total as double)
        / nullif(level_sums.n - provider_levels.n, 0)
        - cast(level_sums.total as double) / level_sums.n
        + providers_left_out.shift as level_shift,
        providers_left_out.shift,
    from provider_levels
    inner join providers_left_out
        on provider_levels.provider_domain = providers_left_out.provider_domain
    inner join level_sums
        on
            provider_levels.factor = level_sums.factor
            and provider_levels.level = level_sums.level
    where provider_levels.n > 0
),

level_weights as (
    select
        factor,
        level,
        count(*) as rated_provider_count,
        count(*) filter (where weight = 0) as whole_provider_count,
        count(*) filter (where weight > 0) as compared_provider_count,
        sum(case when weight > 0 then n else 0 end) as compared_article_count,
        cast(sum(cast(weight as decimal(38, 18))) as double) as weight,
        cast(sum(cast(weight * difference as decimal(38, 18))) as double)
        / nullif(cast(sum(cast(weight as decimal(38, 18))) as double), 0) as difference,
        cast(
            sum(cast(level_shift * level_shift as decimal(38, 18)))
            - sum(cast(shift * shift as decimal(38, 18))) as double
        ) as shift_squares,
    from compared
    group by factor, level
),

-- The share of each provider in the difference within providers, and how far it is off.
provider_shares as (
    select
        compared.factor,
        compared.level,
        compared.weight / level_weights.weight as share,
        compared.difference - level_weights.difference as residual,
    from compared
    inner join level_weights
        on compared.factor = level_weights.factor and compared.level = level_weights.level
    where compared.weight > 0 and level_weights.compared_provider_count > 1
),

share_terms as (
    select
        factor,
        level,
        share * share as share_square,
        share * share / (1 - share) as term,
        residual,
    from provider_shares
),

level_spreads as (
    select
        factor,
        level,
        sqrt(cast(sum(cast(term * residual * residual as decimal(38, 18))) as double)) as error,
        cast(sum(cast(share_square as decimal(38, 18))) as double)
        + cast(sum(cast(term as decimal(38, 18))) as double)
        * cast(sum(cast(term as decimal(38, 18))) as double)
        - cast(sum(cast(term * term as decimal(38, 18))) as double) as inverse_degrees,
    from share_terms
    group by factor, level
),

level_measures as (
    select
        level_sums.factor,
        level_sums.level,
        level_sums.article_count,
        level_sums.provider_count,
        level_sums.n,
        cast(level_sums.total as double) / nullif(level_sums.n, 0) as avg_quality,
        cast(level_sums.total as double) / nullif(level_sums.n, 0)
        - cast(archive_rated.total as double) / archive_rated.n as quality_difference,
        cast(level_sums.total as double) / nullif(level_sums.n, 0)
        - cast(archive_rated.total - level_sums.total as double)
        / nullif(archive_rated.n - level_sums.n, 0) as rest_difference,
        sqrt(
            greatest(cast(all_shifts.squares as double) + level_weights.shift_squares, 0)
            * (archive_rated.provider_count - 1) / archive_rated.provider_count
        ) as error,
        1 / cast(
            nullif(greatest(least(
                level_weights.rated_provider_count,
                archive_rated.provider_count - level_weights.whole_provider_count
            ) - 1, 0), 0) as double
        ) as inverse_degrees,
        level_weights.compared_article_count,
        level_weights.compared_provider_count,
        level_weights.difference as adjusted_difference,
        level_spreads.error as adjusted_error,
        level_spreads.inverse_degrees as adjusted_inverse_degrees,
    from level_sums
    cross join archive_rated
    cross join all_shifts
    left join level_weights
        on
            level_sums.factor = level_weights.factor
            and level_sums.level = level_weights.level
    left join level_spreads
        on
            level_sums.factor = level_spreads.factor
            and level_sums.level = level_spreads.level
),

-- The margins: the 97.5 % quantile of Student's t, as a series in 1 / degrees, times the error.
level_margins as (
    select
        factor,
        level,
        article_count,
        provider_count,
        n,
        avg_quality,
        quality_difference,
        rest_difference,
        error * (
            1.95996 + inverse_degrees * (2.37227 + inverse_degrees * (
                2.8225 + inverse_degrees * (2.55585 + inverse_degrees * (
                    1.58954 + inverse_degrees * 1.4062
                ))
            ))
        ) as margin,
        compared_article_count,
        compared_provider_count,
        1 / adjusted_inverse_degrees as degrees,
        adjusted_difference,
        adjusted_error,
        adjusted_error * (
            1.95996 + adjusted_inverse_degrees * (2.37227 + adjusted_inverse_degrees * (
                2.8225 + adjusted_inverse_degrees * (2.55585 + adjusted_inverse_degrees * (
                    1.58954 + adjusted_inverse_degrees * 1.4062
                ))
            ))
        ) as adjusted_margin,
    from level_measures
)

-- A t of so many degrees is as rare as a normal deviate of
-- (8 degrees + 1) / (8 degrees + 3) * sqrt(degrees * ln(1 + t * t / degrees)) (Wallace); of 50
-- levels one reaches 3.3 by chance in 5 % of archives.
select
    factor,
    level,
    cast(article_count as bigint) as article_count,
    cast(provider_count as bigint) as provider_count,
    cast(n as bigint) as rated_article_count,
    cast(avg_quality as double) as avg_quality,
    cast(quality_difference as double) as quality_difference,
    cast(quality_difference - margin as double) as difference_low,
    cast(quality_difference + margin as double) as difference_high,
    cast(rest_difference as double) as rest_difference,
    cast(adjusted_difference as double) as adjusted_difference,
    cast(adjusted_difference - adjusted_margin as double) as adjusted_low,
    cast(adjusted_difference + adjusted_margin as double) as adjusted_high,
    cast(coalesce(compared_article_count, 0) as bigint) as compared_article_count,
    cast(coalesce(compared_provider_count, 0) as bigint) as compared_provider_count,
    cast(degrees as double) as degrees_of_freedom,
    coalesce(
        compared_article_count >= 30
        and compared_provider_count >= 5
        and (8 * degrees + 1) / (8 * degrees + 3) * sqrt(
            degrees * ln(
                1 + adjusted_difference * adjusted_difference
                / (nullif(adjusted_error, 0) * adjusted_error * degrees)
            )
        ) > 3.3,
        false
    ) as is_supported,
    n < 30 as is_small_group,
from level_margins
order by factor, level
