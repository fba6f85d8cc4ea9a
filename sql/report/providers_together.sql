-- Which providers share stories, and which are listed together?
-- Grain: one pair of domains, the fifteen with most stories of both.
select
    domain_a,
    domain_b,
    linked_pair_count,
    shared_story_count,
    expected_shared_story_count,
    lift,
    jaccard,
    is_small_group,
from provider_pairs
order by shared_story_count desc, linked_pair_count desc, domain_a asc, domain_b asc
limit 15
