drop table texts_shown;
drop table translation_versions;
drop table translations;
