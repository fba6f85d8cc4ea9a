-- Which outlets are listed together most, and do they share more stories than chance has it?
-- Grain: one pair of domains, the ten with most pairs of articles of which one lists the other.
select
    domain_a,
    domain_b,
    linked_pair_count,
    shared_story_count,
    expected_shared_story_count,
    lift,
from provider_pairs
order by linked_pair_count desc, shared_story_count desc, domain_a asc, domain_b asc
limit 10
