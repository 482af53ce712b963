/* People as the record knows them. */
#include "base/error.h"
#include "store/store_internal.h"

#define PERSON_SELECT "SELECT id, directory_id, uid, dn, name, mail, language, country, authority, as_of, mobile FROM person"
static const char BY_ID[] = PERSON_SELECT " WHERE id = :id";
static const char BY_DIRECTORY_ID[] = PERSON_SELECT " WHERE directory_id = :directory_id";
/* A uid or address that passed from one person to another names who was recorded with it last. */
static const char BY_UID[] = PERSON_SELECT " WHERE uid_key = :key ORDER BY event DESC LIMIT 1";
static const char BY_MAIL[] = PERSON_SELECT " WHERE mail_key = :key ORDER BY event DESC LIMIT 1";

void person_row_free(PersonRow *row)
{
	if (row == NULL)
		return;
	g_free(row->id);
	person_free(row->person);
	g_free(row);
}

static gpointer read_person(SqlStatement *statement, GError **error)
{
	(void)error;
	PersonRow *row = g_new0(PersonRow, 1);
	row->id = sql_text_dup(statement, 0);
	row->person = person_new();
	row->person->directory_id = sql_text_dup(statement, 1);
	row->person->uid = sql_text_dup(statement, 2);
	row->person->dn = sql_text_dup(statement, 3);
	row->person->name = sql_text_dup(statement, 4);
	row->person->mail = sql_text_dup(statement, 5);
	row->person->language = sql_text_dup(statement, 6);
	row->person->country = sql_text_dup(statement, 7);
	row->person->authority = sql_text_dup(statement, 8);
	row->person->as_of = sql_instant(statement, 9);
	row->person->mobile = sql_text_dup(statement, 10);
	return row;
}

PersonRow *store_person(Store *store, const char *id, GError **error)
{
	g_autoptr(GError) failure = NULL;
	PersonRow *row = store_kept_person(store, id);
	if (row != NULL)
		return row;
	row = store_row_of(store, BY_ID, ":id", id, read_person, &failure);
	if (failure != NULL)
		g_propagate_error(error, g_steal_pointer(&failure));
	else if (row == NULL)
		error_set(error, ERROR_NOT_FOUND, "no person %s in the record", id);
	else
		store_keep_person(store, row);
	return row;
}

PersonRow *store_person_by_directory_id(Store *store, const char *directory_id, GError **error)
{
	return store_row_of(store, BY_DIRECTORY_ID, ":directory_id", directory_id, read_person, error);
}

PersonRow *store_person_by_name(Store *store, const char *uid_or_mail, GError **error)
{
	g_autofree char *key = g_utf8_casefold(uid_or_mail, -1);
	g_autoptr(GError) failure = NULL;
	PersonRow *row = store_row_of(store, BY_UID, ":key", key, read_person, &failure);
	if (row == NULL && failure == NULL)
		row = store_row_of(store, BY_MAIL, ":key", key, read_person, &failure);
	if (failure != NULL)
		g_propagate_error(error, g_steal_pointer(&failure));
	return row;
}
