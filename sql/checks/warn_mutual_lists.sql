-- Lists are mutual: where an article lists another, that one lists it, too, so that the lists show
-- what belongs together and not who refers to whom.
-- Consequence: Mentions, reciprocity and net_share say what belongs together and nothing more.
-- Cure: Say that they are listed together; use only links where `has_direction` is true.
with totals as (
    select
        sum(resolved_mention_count) as resolved_mention_count,
        sum(resolved_mention_count * reciprocity) as mutual_mention_count,
    from provider_links
)

select
    'provider_links' as relation,
    'all' as key_value,
    concat_ws(
        ' ',
        cast(
            cast(floor(1000 * mutual_mention_count / resolved_mention_count + 1e-6) as bigint)
            as varchar
        ),
        'of 1000 mentions that resolve have their reverse in the archive'
    ) as problem,
from totals
where resolved_mention_count >= 30 and mutual_mention_count >= 0.9 * resolved_mention_count
order by key_value
