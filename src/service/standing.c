/* Who is asked stands in the record; who is an admin is asked of the directory, and only where that matters. */
#include "service/standing.h"

#include "people/people.h"
#include "people/roles.h"

#include <string.h>

void standing_clear(Standing *standing)
{
	g_clear_pointer(&standing->known, person_row_free);
	g_clear_pointer(&standing->admin, person_free);
}

static gboolean is_beside(Session *session, const char *approval, const char *person, gboolean *is, GError **error)
{
	g_autoptr(GPtrArray) asked = store_asked(session_store(session), approval, error);
	for (guint i = 0; asked && i < asked->len; i++) {
		const AskedRow *row = asked->pdata[i];
		*is |= row->ended == INSTANT_NONE && !strcmp(row->person, person);
	}
	return asked != NULL;
}

static gboolean find_asked(Session *session, const char *invoice, Standing *standing, GError **error)
{
	g_autoptr(GPtrArray) approvals = store_approvals(session_store(session), invoice, error);
	for (guint i = 0; approvals && i < approvals->len; i++) {
		const Approval *approval = approvals->pdata[i];
		if (approval->state != APPROVAL_PENDING)
			continue;
		standing->asked |= !strcmp(approval->person, standing->known->id);
		if (!is_beside(session, approval->id, standing->known->id, &standing->asked, error))
			return FALSE;
	}
	return approvals != NULL;
}

gboolean standing_find(Session *session, const InvoiceRow *invoice, const char *who, Standing *standing, GError **error)
{
	g_autoptr(GError) failure = NULL;
	standing->known = store_person_by_name(session_store(session), who, &failure);
	if (failure) {
		g_propagate_error(error, g_steal_pointer(&failure));
		return FALSE;
	}
	return !standing->known || find_asked(session, invoice->id, standing, error);
}

gboolean standing_be_finance(Session *session, const InvoiceRow *invoice, const char *who, Standing *standing, GError **error)
{
	standing->admin = roles_admin(session, invoice->administration, who, error);
	return standing->admin != NULL;
}

const char *standing_role(const Standing *standing)
{
	return standing->admin ? "finance" : "approver";
}

const Person *standing_person(const Standing *standing)
{
	return standing->admin ? standing->admin : standing->known->person;
}

char *standing_record(Session *session, const Standing *standing, gint64 now, GError **error)
{
	return standing->admin ? people_record(session, standing->admin, now, error) : g_strdup(standing->known->id);
}
