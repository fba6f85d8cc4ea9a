-- How is quality spread, among articles and among what they list?
-- Grain: one role and bucket of ten points from 0 to 190; what lies outside is in the nearest one.
select
    role,
    least(greatest(quality_bucket, 0), 190) as bucket,
    cast(sum(item_count) as bigint) as item_count,
from quality_distribution
group by role, bucket
order by role, bucket
