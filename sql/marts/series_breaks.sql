-- In which months does the make-up of the archive change abruptly?
-- Grain: one series and one month of the archive, without gaps.
-- Odd but exact: running sums are of DECIMALs, so that no rounding depends on their order.
with months as (
    select
        cast(date_trunc('month', date) as date) as month,
        min(date) as first_date,
        cast(max(date) + 1 as date) as next_date,
    from coverage_days
    group by cast(date_trunc('month', date) as date)
),

-- The archive may begin or end within a month: what that month holds is no full count.
calendar as (
    select
        month,
        first_date = month
        and next_date = cast(date_trunc('month', next_date) as date) as is_whole,
        row_number() over (order by month) as month_number,
        count(*) over () as last_number,
    from months
),

ranked_providers as (
    select
        provider_domain,
        row_number() over (order by article_count desc, provider_domain asc) as provider_rank,
    from providers
),

provider_months as (
    select
        cast(date_trunc('month', articles.published_date) as date) as month,
        articles.provider_domain,
        count(*) as article_count,
        count(articles.quality) as rated_count,
        sum(cast(articles.quality as bigint)) as quality,
        -- As decimals: of a quality in the millions they are beyond 64 bits.
        sum(
            cast(cast(articles.quality as bigint) * articles.quality as decimal(38, 0))
        ) as quality_squares,
        count(articles.topic_count) as counted_topics,
        sum(cast(articles.topic_count as bigint)) as topics,
        sum(cast(articles.topic_count as bigint) * articles.topic_count) as topic_squares,
        count(articles.image_count) as counted_images,
        count(*) filter (where articles.image_count > 0) as with_image,
        count(*) filter (where articles.published_precision <> 'time') as without_time,
    from articles
    inner join coverage_days on articles.published_date = coverage_days.date
    group by
        cast(date_trunc('month', articles.published_date) as date),
        articles.provider_domain
),

archive_months as (
    select
        provider_months.month,
        sum(provider_months.article_count) as article_count,
        count(*) as provider_count,
        sum(
            case when ranked_providers.provider_rank = 1 then provider_months.article_count end
        ) as of_top_provider,
        sum(provider_months.rated_count) as rated_count,
        sum(provider_months.quality) as quality,
        sum(provider_months.quality_squares) as quality_squares,
        sum(provider_months.counted_topics) as counted_topics,
        sum(provider_months.topics) as topics,
        sum(provider_months.topic_squares) as topic_squares,
        sum(provider_months.counted_images) as counted_images,
        sum(provider_months.with_image) as with_image,
        sum(provider_months.without_time) as without_time,
    from provider_months
    left join ranked_providers
        on provider_months.provider_domain = ranked_providers.provider_domain
    group by provider_months.month
),

-- A count is one value in each month, a mean or share is that of the n articles of the month.
monthly_values as (
    select
        'article_count' as series,
        month,
        1 as n,
        article_count as total,
        null as squares,
    from archive_months
    union all
    select
        'provider_count' as series,
        month,
        1 as n,
        provider_count as total,
        null as squares,
    from archive_months
    union all
    select
        'avg_quality' as series,
        month,
        rated_count as n,
        quality as total,
        quality_squares as squares,
    from archive_months
    union all
    select
        'topics_per_article' as series,
        month,
        counted_topics as n,
        topics as total,
        topic_squares as squares,
    from archive_months
    union all
    select
        'top_provider_share' as series,
        month,
        article_count as n,
        of_top_provider as total,
        of_top_provider as squares,
    from archive_months
    union all
    select
        'image_share' as series,
        month,
        counted_images as n,
        with_image as total,
        with_image as squares,
    from archive_months
    union all
    select
        'timeless_share' as series,
        month,
        article_count as n,
        without_time as total,
        without_time as squares,
    from archive_months
),

all_months as (
    select
        names.series,
        names.is_count,
        calendar.month,
        calendar.month_number,
        calendar.last_number,
        case
            when not names.is_count then coalesce(monthly_values.n, 0)
            when calendar.is_whole then 1
            else 0
        end as n,
        case
            when calendar.is_whole or not names.is_count then coalesce(monthly_values.total, 0)
            else 0
        end as total,
        coalesce(monthly_values.squares, 0) as squares,
        -- Twice the root of a count varies by 1 around its mean, whatever the mean.
        cast(
            case
                when not names.is_count then coalesce(monthly_values.total, 0)
                when calendar.is_whole then 2 * sqrt(coalesce(monthly_values.total, 0))
                else 0
            end as decimal(38, 12)
        ) as scaled_total,
    from calendar
    cross join (
        values
        ('article_count', true),
        ('avg_quality', false),
        ('image_share', false),
        ('timeless_share', false),
        ('provider_count', true),
        ('top_provider_share', false),
        ('topics_per_article', false)
    ) as names (series, is_count)
    left join monthly_values
        on calendar.month = monthly_values.month and names.series = monthly_values.series
),

-- The variance of one article's value; that of a count is known.
series_variances as (
    select
        series,
        case
            when is_count then 1
            else
                (
                    cast(sum(squares) as double)
                    - cast(sum(total) as double) * sum(total) / nullif(sum(n), 0)
                )
                / nullif(sum(n) - 1, 0)
        end as variance,
    from all_months
    group by series, is_count
),

changes as (
    select
        series,
        n,
        cast(scaled_total as double) / n as level,
        lag(n, 1) over (partition by series order by month) as n_1,
        cast(lag(scaled_total, 1) over (partition by series order by month) as double)
        / lag(n, 1) over (partition by series order by month) as level_1,
        lag(n, 4) over (partition by series order by month) as n_4,
        cast(lag(scaled_total, 4) over (partition by series order by month) as double)
        / lag(n, 4) over (partition by series order by month) as level_4,
    from all_months
    where n > 0
),

-- How much more than chance explains do months differ from the next, and from the fourth after?
-- The median square of a normal deviate is 0.4549.
month_variations as (
    select
        series,
        quantile_cont(
            (level - level_1) * (level - level_1)
            / (1 / cast(n as double) + 1 / cast(n_1 as double)), 0.5
        ) / 0.4549 as variance_1,
        quantile_cont(
            (level - level_4) * (level - level_4)
            / (1 / cast(n as double) + 1 / cast(n_4 as double)), 0.5
        ) / 0.4549 as variance_4,
    from changes
    group by series
),

series_scales as (
    select
        series_variances.series,
        series_variances.variance,
        greatest(
            1,
            coalesce(month_variations.variance_1, 0) / series_variances.variance,
            coalesce(month_variations.variance_4, 0) / series_variances.variance
        ) as dispersion,
    from series_variances
    left join month_variations on series_variances.series = month_variations.series
    where series_variances.variance > 1e-9
),

running_sums as (
    select
        series,
        month_number,
        sum(n) over (partition by series order by month) as n,
        sum(total) over (partition by series order by month) as total,
        sum(squares) over (partition by series order by month) as squares,
        sum(scaled_total) over (partition by series order by month) as scaled_total,
    from all_months
),

-- Each month and up to five after it against the six months before, and against the last alone.
window_sums as (
    select
        all_months.series,
        all_months.is_count,
        all_months.month,
        lengths.before_length,
        lengths.length,
        before.n - coalesce(earlier.n, 0) as before_n,
        before.total - coalesce(earlier.total, 0) as before_total,
        before.squares - coalesce(earlier.squares, 0) as before_squares,
        before.scaled_total - coalesce(earlier.scaled_total, 0) as before_scaled,
        after.n - before.n as after_n,
        after.total - before.total as after_total,
        after.squares - before.squares as after_squares,
        after.scaled_total - before.scaled_total as after_scaled,
    from all_months
    cross join (values (6, 1), (6, 3), (6, 6), (1, 1)) as lengths (before_length, length)
    inner join running_sums as before
        on
            all_months.series = before.series
            and all_months.month_number - 1 = before.month_number
    left join running_sums as earlier
        on
            all_months.series = earlier.series
            and all_months.month_number - 1 - lengths.before_length = earlier.month_number
    inner join running_sums as after
        on
            all_months.series = after.series
            and least(all_months.month_number + lengths.length - 1, all_months.last_number)
            = after.month_number
    where
        all_months.month_number > 3
        and (
            lengths.length = 1 or all_months.month_number + 2 <= all_months.last_number
        )
),

-- The change over each window, in standard errors.
window_scores as (
    select
        window_sums.series,
        window_sums.month,
        window_sums.before_length,
        window_sums.length,
        cast(window_sums.before_total as double) / window_sums.before_n as before_level,
        cast(window_sums.after_total as double) / window_sums.after_n as after_level,
        cast(window_sums.after_scaled as double) / window_sums.after_n
        - cast(window_sums.before_scaled as double) / window_sums.before_n as change,
        case
            when window_sums.is_count then 1
            else
                greatest(series_scales.variance, (
                    window_sums.before_squares
                    - cast(window_sums.before_total as double) * window_sums.before_total
                    / window_sums.before_n
                ) / (window_sums.before_n - 1))
        end / window_sums.before_n
        + case
            when window_sums.is_count then 1
            else
                greatest(series_scales.variance, (
                    window_sums.after_squares
                    - cast(window_sums.after_total as double) * window_sums.after_total
                    / window_sums.after_n
                ) / (window_sums.after_n - 1))
        end / window_sums.after_n as variance,
        series_scales.dispersion,
    from window_sums
    inner join series_scales on window_sums.series = series_scales.series
    where
        (
            window_sums.is_count
            and window_sums.before_n >= least(window_sums.before_length, 3)
            and window_sums.after_n >= 1
        )
        or (window_sums.before_n >= 30 and window_sums.after_n >= 30)
),

-- To the ninth digit, so that equal changes are equal whatever computes them.
sized_windows as (
    select
        series,
        month,
        before_length,
        length,
        before_level,
        after_level,
        change,
        variance,
        dispersion,
        floor(0.5 + 1000000000 * abs(change / sqrt(variance))) as size,
    from window_scores
),

ranked_windows as (
    select
        series,
        month,
        before_length,
        length,
        before_level,
        after_level,
        change,
        change / sqrt(variance * dispersion) as score,
        max(case when before_length = 1 then abs(change) / sqrt(variance * dispersion) end) over (
            partition by series, month
        ) as step_score,
        row_number() over (
            partition by series, month
            order by size desc, before_length desc, length asc
        ) as window_rank,
    from sized_windows
),

month_levels as (
    select
        series,
        month,
        cast(total as double) / nullif(n, 0) as level,
        cast(scaled_total as double) / nullif(n, 0)
        - cast(lag(scaled_total) over (partition by series order by month) as double)
        / nullif(lag(n) over (partition by series order by month), 0) as step,
    from all_months
),

-- Of 20 archives without a break one has a score beyond the threshold, by chance.
scored_months as (
    select
        month_levels.series,
        month_levels.month,
        month_levels.level,
        ranked_windows.before_length,
        ranked_windows.length,
        ranked_windows.before_level,
        ranked_windows.after_level,
        ranked_windows.score,
        ranked_windows.step_score,
        month_levels.step / nullif(ranked_windows.change, 0) as step_share,
        sqrt(2 * ln(20 * nullif(count(ranked_windows.score) over (), 0))) as threshold,
        max(abs(ranked_windows.score)) over (
            partition by month_levels.series
            order by month_levels.month rows between 6 preceding and 6 following
        ) as highest_score,
    from month_levels
    left join ranked_windows
        on
            month_levels.series = ranked_windows.series
            and month_levels.month = ranked_windows.month
            and ranked_windows.window_rank = 1
)

-- A break is abrupt: the month itself has half of the change. Of the months near each other the one
-- with the highest score breaks, and those that differ enough from the month before alone.
select
    series,
    month,
    cast(level as double) as value,
    cast(before_level as double) as before,
    cast(after_level as double) as after,
    cast(before_length as bigint) as before_month_count,
    cast(length as bigint) as after_month_count,
    cast(after_level - before_level as double) as difference,
    cast(score as double) as score,
    cast(threshold as double) as threshold,
    coalesce(
        abs(score) >= threshold
        and coalesce(step_share, 1) >= 0.5
        and (abs(score) = highest_score or step_score >= threshold),
        false
    ) as is_break,
from scored_months
order by series, month
