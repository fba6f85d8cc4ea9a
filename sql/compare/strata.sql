-- Which strata moved a mean between two periods?
-- Grain: one stratum. Reads compared_articles: one row for each article of either period that has
-- the measure, with is_after, stratum, provider_domain, unit and value. What varies by chance is
-- the unit: the provider, or within a provider the article.
with units as (
    select
        stratum,
        unit,
        count(*) filter (where not is_after) as n_before,
        count(*) filter (where is_after) as n_after,
        coalesce(sum(value) filter (where not is_after), 0) as total_before,
        coalesce(sum(value) filter (where is_after), 0) as total_after,
    from compared_articles
    group by stratum, unit
),

strata as (
    select
        stratum,
        count(*) as unit_count,
        least(count(*) filter (where n_before > 0), count(*) filter (where n_after > 0)) - 1
            as degrees,
        sum(n_before) as n_before,
        sum(n_after) as n_after,
        sum(total_before) / nullif(sum(n_before), 0) as mean_before,
        sum(total_after) / nullif(sum(n_after), 0) as mean_after,
    from units
    group by stratum
),

whole as (
    select
        sum(n_before) as n_before,
        sum(n_after) as n_after,
        (
            sum(n_before * mean_before) / nullif(sum(n_before), 0)
            + sum(n_after * mean_after) / nullif(sum(n_after), 0)
        ) / 2 as middle,
    from strata
),

shares as (
    select
        strata.stratum,
        strata.n_before,
        strata.n_after,
        strata.mean_before,
        strata.mean_after,
        strata.mean_after - strata.mean_before as change,
        strata.n_before / cast(whole.n_before as double) as share_before,
        strata.n_after / cast(whole.n_after as double) as share_after,
        whole.middle,
    from strata
    cross join whole
),

-- Shares of both periods weigh the changes, those of strata with articles in both.
common_weight as (
    select sum(share_before + share_after) as weight,
    from shares
    where change is not null
),

unit_deviations as (
    select
        units.stratum,
        coalesce((units.total_after - units.n_after * strata.mean_after) / strata.n_after, 0)
        - coalesce(
            (units.total_before - units.n_before * strata.mean_before) / strata.n_before, 0
        ) as deviation,
    from units
    inner join strata on units.stratum = strata.stratum
),

errors as (
    select
        unit_deviations.stratum,
        sqrt(
            sum(unit_deviations.deviation * unit_deviations.deviation)
            * max(strata.unit_count) / nullif(max(strata.unit_count) - 1, 0)
        ) as error,
        1 / cast(nullif(greatest(max(strata.degrees), 0), 0) as double) as x,
    from unit_deviations
    inner join strata on unit_deviations.stratum = strata.stratum
    group by unit_deviations.stratum
),

margins as (
    select
        stratum,
        error * (
            1.95996 + x * (2.37227 + x * (2.8225 + x * (2.55585 + x * (1.58954 + x * 1.4062))))
        ) as margin,
    from errors
)

select
    shares.stratum,
    cast(shares.n_before as bigint) as n_before,
    cast(shares.n_after as bigint) as n_after,
    shares.share_before,
    shares.share_after,
    shares.mean_before,
    shares.mean_after,
    shares.change,
    shares.change - margins.margin as change_low,
    shares.change + margins.margin as change_high,
    coalesce(
        shares.change * (shares.share_before + shares.share_after)
        / nullif(common_weight.weight, 0), 0
    ) as constant_contribution,
    coalesce(shares.share_after * (shares.mean_after - shares.middle), 0)
    - coalesce(shares.share_before * (shares.mean_before - shares.middle), 0)
    - coalesce(
        shares.change * (shares.share_before + shares.share_after)
        / nullif(common_weight.weight, 0), 0
    ) as make_up_contribution,
from shares
cross join common_weight
inner join margins on shares.stratum = margins.stratum
order by
    abs(
        coalesce(shares.share_after * (shares.mean_after - shares.middle), 0)
        - coalesce(shares.share_before * (shares.mean_before - shares.middle), 0)
    ) desc,
    shares.stratum asc
