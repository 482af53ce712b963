/* The recipients of a rung, apart from what becomes of them. */
#include "service/rung_people.h"

#include "base/error.h"
#include "people/people.h"
#include "service/waiting.h"
#include "session/feeds.h"

void found_recipients_free(FoundRecipients *found)
{
	if (!found)
		return;
	g_clear_pointer(&found->to, g_ptr_array_unref);
	g_clear_pointer(&found->cc, g_ptr_array_unref);
	g_free(found);
}

/* Whom the server says another one knows will never be known: they are left out, and keep nobody waiting. FALSE = unknown. */
static gboolean find_reachable(Session *session, const GPtrArray *selectors, const SelectorContext *context, GPtrArray **people, GError **error)
{
	g_autoptr(GPtrArray) all = people_list_new();
	for (guint i = 0; selectors && i < selectors->len; i++) {
		g_autoptr(GPtrArray) some = NULL;
		g_autoptr(GError) failure = NULL;
		if (people_resolve(session, selectors->pdata[i], context, &some, NULL, &failure)) {
			for (guint j = 0; j < some->len; j++)
				if (!people_include(all, some->pdata[j]))
					g_ptr_array_add(all, person_copy(some->pdata[j]));
		} else if (error_kind(failure) != ERROR_ELSEWHERE) {
			g_propagate_error(error, g_steal_pointer(&failure));
			return FALSE;
		}
	}
	*people = g_steal_pointer(&all);
	return TRUE;
}

static gboolean find_all(Session *session, const GPtrArray *selectors, const SelectorContext *context, GPtrArray **people, GError **error)
{
	g_autoptr(GError) failure = NULL;
	if (people_resolve_all(session, selectors, context, people, NULL, &failure))
		return TRUE;
	if (error_kind(failure) == ERROR_ELSEWHERE)
		return find_reachable(session, selectors, context, people, error);
	g_propagate_error(error, g_steal_pointer(&failure));
	return FALSE;
}

FoundRecipients *rung_people_find(Session *session, const ApprovalCase *about, const Rung *rung, guint place)
{
	const SelectorContext context = approval_case_context(about);
	FoundRecipients *found = g_new0(FoundRecipients, 1);
	g_autoptr(GError) failure = NULL;
	found->rung = place;
	const gboolean feeds = feeds_are_known(session, session_now(session), &failure);
	const gboolean to = find_all(session, rung->to, &context, &found->to, feeds ? &failure : NULL);
	const gboolean cc = find_all(session, rung->cc, &context, &found->cc, feeds && to ? &failure : NULL);
	found->known = feeds && to && cc;
	if (!found->known && !people_are_awaited(session))
		waiting_note(session, about->invoice, rung->name, failure);
	return found;
}
