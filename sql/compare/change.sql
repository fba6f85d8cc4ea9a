-- How far did a mean change between two periods, and how far with the make-up held constant?
-- Grain: one row. Reads compared_articles: one row for each article of either period that has the
-- measure, with is_after, stratum, provider_domain, unit and value.
-- The intervals leave out one provider after the other (jackknife).
with cells as (
    select
        stratum,
        provider_domain,
        count(*) filter (where not is_after) as n_before,
        count(*) filter (where is_after) as n_after,
        coalesce(sum(value) filter (where not is_after), 0) as total_before,
        coalesce(sum(value) filter (where is_after), 0) as total_after,
    from compared_articles
    group by stratum, provider_domain
),

strata as (
    select
        stratum,
        sum(n_before) as n_before,
        sum(n_after) as n_after,
        sum(total_before) as total_before,
        sum(total_after) as total_after,
        sum(total_after) / nullif(sum(n_after), 0)
        - sum(total_before) / nullif(sum(n_before), 0) as change,
    from cells
    group by stratum
),

-- The change of each stratum with articles in both periods, times the articles of either.
whole as (
    select
        sum(n_before) as n_before,
        sum(n_after) as n_after,
        sum(total_before) as total_before,
        sum(total_after) as total_after,
        sum(case when change is not null then n_before end) as common_before,
        sum(case when change is not null then n_after end) as common_after,
        sum(n_before * change) as weighted_before,
        sum(n_after * change) as weighted_after,
    from strata
),

cells_left_out as (
    select
        cells.stratum,
        cells.provider_domain,
        cells.n_before,
        cells.n_after,
        cells.total_before,
        cells.total_after,
        strata.n_before as stratum_before,
        strata.n_after as stratum_after,
        strata.change,
        strata.n_before - cells.n_before as rest_before,
        strata.n_after - cells.n_after as rest_after,
        (strata.total_after - cells.total_after) / nullif(strata.n_after - cells.n_after, 0)
        - (strata.total_before - cells.total_before)
        / nullif(strata.n_before - cells.n_before, 0) as rest_change,
    from cells
    inner join strata on cells.stratum = strata.stratum
),

-- What each provider's strata give without it, less what they give with it.
provider_differences as (
    select
        provider_domain,
        sum(n_before) as n_before,
        sum(n_after) as n_after,
        sum(total_before) as total_before,
        sum(total_after) as total_after,
        sum(case when change is not null then n_before else 0 end) as common_before,
        sum(case when change is not null then n_after else 0 end) as common_after,
        sum(
            case when rest_change is not null then rest_before else 0 end
            - case when change is not null then stratum_before else 0 end
        ) as before_difference,
        sum(
            case when rest_change is not null then rest_after else 0 end
            - case when change is not null then stratum_after else 0 end
        ) as after_difference,
        sum(coalesce(rest_before * rest_change, 0) - coalesce(stratum_before * change, 0))
            as weighted_before_difference,
        sum(coalesce(rest_after * rest_change, 0) - coalesce(stratum_after * change, 0))
            as weighted_after_difference,
    from cells_left_out
    group by provider_domain
),

changes as (
    select
        n_before,
        n_after,
        total_before / nullif(n_before, 0) as mean_before,
        total_after / nullif(n_after, 0) as mean_after,
        total_after / nullif(n_after, 0) - total_before / nullif(n_before, 0) as change,
        (weighted_before / nullif(n_before, 0) + weighted_after / nullif(n_after, 0))
        / nullif(
            common_before / cast(nullif(n_before, 0) as double)
            + common_after / cast(nullif(n_after, 0) as double), 0
        ) as constant_change,
        (common_before + common_after) / cast(n_before + n_after as double) as common_share,
    from whole
),

changes_left_out as (
    select
        provider_differences.n_before,
        provider_differences.n_after,
        provider_differences.common_before,
        provider_differences.common_after,
        (
            provider_differences.n_before / cast(nullif(whole.n_before, 0) as double)
            + provider_differences.n_after / cast(nullif(whole.n_after, 0) as double)
        ) / 2 as share,
        (whole.total_after - provider_differences.total_after)
        / nullif(whole.n_after - provider_differences.n_after, 0)
        - (whole.total_before - provider_differences.total_before)
        / nullif(whole.n_before - provider_differences.n_before, 0)
        - changes.change as deviation,
        (
            (whole.weighted_before + provider_differences.weighted_before_difference)
            / nullif(whole.n_before - provider_differences.n_before, 0)
            + (whole.weighted_after + provider_differences.weighted_after_difference)
            / nullif(whole.n_after - provider_differences.n_after, 0)
        ) / nullif(
            (whole.common_before + provider_differences.before_difference)
            / cast(nullif(whole.n_before - provider_differences.n_before, 0) as double)
            + (whole.common_after + provider_differences.after_difference)
            / cast(nullif(whole.n_after - provider_differences.n_after, 0) as double), 0
        ) - changes.constant_change as constant_deviation,
    from provider_differences
    cross join whole
    cross join changes
),

-- NULL where a change cannot be taken without one of the providers.
spreads as (
    select
        count(*) filter (where n_before > 0) as providers_before,
        count(*) filter (where n_after > 0) as providers_after,
        least(
            count(*) filter (where n_before > 0),
            count(*) filter (where n_after > 0),
            1 / sum(share * share)
        ) - 1 as degrees,
        least(
            count(*) filter (where common_before > 0),
            count(*) filter (where common_after > 0),
            1 / sum(share * share)
        ) - 1 as constant_degrees,
        case
            when count(deviation) = count(*)
                then
                    sqrt(
                        sum(deviation * deviation)
                        * (count(*) - 1) / count(*)
                    )
        end as error,
        case
            when count(constant_deviation) = count(*)
                then
                    sqrt(
                        sum(constant_deviation * constant_deviation)
                        * (count(*) - 1) / count(*)
                    )
        end as constant_error,
    from changes_left_out
),

-- The 97.5 % quantile of Student's t, as a series in 1 / degrees.
inverse_degrees as (
    select
        providers_before,
        providers_after,
        error,
        constant_error,
        1 / case when degrees >= 1 then degrees end as x,
        1 / case when constant_degrees >= 1 then constant_degrees end as constant_x,
    from spreads
),

margins as (
    select
        providers_before,
        providers_after,
        error * (
            1.95996 + x * (2.37227 + x * (2.8225 + x * (2.55585 + x * (1.58954 + x * 1.4062))))
        ) as margin,
        constant_error * (
            1.95996 + constant_x * (2.37227 + constant_x * (
                2.8225 + constant_x * (2.55585 + constant_x * (1.58954 + constant_x * 1.4062))
            ))
        ) as constant_margin,
    from inverse_degrees
)

select
    cast(changes.n_before as bigint) as n_before,
    cast(changes.n_after as bigint) as n_after,
    cast(margins.providers_before as bigint) as providers_before,
    cast(margins.providers_after as bigint) as providers_after,
    changes.mean_before,
    changes.mean_after,
    changes.change,
    changes.change - margins.margin as change_low,
    changes.change + margins.margin as change_high,
    changes.constant_change,
    changes.constant_change - margins.constant_margin as constant_low,
    changes.constant_change + margins.constant_margin as constant_high,
    changes.change - changes.constant_change as make_up_change,
    changes.common_share,
from changes
cross join margins
order by changes.n_before
