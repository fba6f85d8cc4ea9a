-- What joins the articles of a story?
-- Grain: one kind of evidence.
select
    evidence,
    count(*) as article_count,
    quantile_cont(similarity, 0.5) as median_similarity,
from story_articles
where evidence is not null
group by evidence
order by article_count desc, evidence asc
