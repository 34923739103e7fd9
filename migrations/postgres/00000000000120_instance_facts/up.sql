-- What the instance remembers of itself: by which key its data is sealed, and where its server answers.
create table instance_facts (
  name  text not null primary key,
  value bytea not null
);
