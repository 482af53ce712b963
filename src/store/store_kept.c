/* Rows that a pass reads again and again: people, and the policy in force. They are kept as long as nobody else can write: inside a transaction, a batch, or a snapshot.
 *
 * Invariant: what is kept is what the tables hold: it is forgotten where any of that begins or is undone, and before an event of a person or a policy is applied.
 */
#include "store/store_internal.h"

#include <string.h>

#define KEPT_MAX 1024 /* people, of some 300 octets each; then all are forgotten */

gboolean store_keeps(const Store *store)
{
	return sql_in_transaction(store->sql) || sql_in_batch(store->sql);
}

void store_forget_kept(Store *store)
{
	g_clear_pointer(&store->people, g_hash_table_unref);
	g_clear_pointer(&store->policy, policy_row_free);
}

void store_forget_changed(Store *store, const Event *event)
{
	if (g_str_has_prefix(event->type, "person.") || g_str_has_prefix(event->type, "policy."))
		store_forget_kept(store);
}

static PersonRow *copy_person(const PersonRow *row)
{
	PersonRow *copy = g_new(PersonRow, 1);
	*copy = (PersonRow){g_strdup(row->id), person_copy(row->person)};
	return copy;
}

PersonRow *store_kept_person(const Store *store, const char *id)
{
	const PersonRow *row = store->people != NULL && store_keeps(store) ? g_hash_table_lookup(store->people, id) : NULL;
	return row != NULL ? copy_person(row) : NULL;
}

void store_keep_person(Store *store, const PersonRow *row)
{
	if (!store_keeps(store))
		return;
	if (store->people == NULL)
		store->people = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify)person_row_free);
	if (g_hash_table_size(store->people) >= KEPT_MAX)
		g_hash_table_remove_all(store->people);
	PersonRow *kept = copy_person(row);
	g_hash_table_replace(store->people, kept->id, kept);
}

static PolicyRow *copy_policy(const PolicyRow *row)
{
	PolicyRow *copy = g_new(PolicyRow, 1);
	*copy = (PolicyRow){row->version, row->at, g_strdup(row->sha256), g_strdup(row->author), g_strdup(row->note)};
	return copy;
}

PolicyRow *store_kept_policy(const Store *store)
{
	return store->policy != NULL && store_keeps(store) ? copy_policy(store->policy) : NULL;
}

void store_keep_policy(Store *store, const PolicyRow *row)
{
	if (!store_keeps(store))
		return;
	g_clear_pointer(&store->policy, policy_row_free);
	store->policy = copy_policy(row);
}
