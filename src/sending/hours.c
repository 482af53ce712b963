#include "sending/hours.h"

#include "people/people.h"
#include "service/approval_case.h"

#include <string.h>

static gboolean is_anytime(const Policy *policy, const Stage *stage, const char *rung)
{
	const Ladder *ladder = policy_ladder(policy, stage->ladder);
	for (guint i = 0; ladder && i < ladder->rungs->len; i++) {
		const Rung *candidate = ladder->rungs->pdata[i];
		if (!strcmp(candidate->name, rung))
			return candidate->anytime;
	}
	return FALSE;
}

/* An entry's REQUEST carries what every rung owes that person for its approvals. */
static gboolean travels_in(const ReminderRow *reminder, const MessageRow *message)
{
	if (!strcmp(message->kind, "invite-request"))
		return !strcmp(reminder->channel, "invite") && !strcmp(reminder->state, "claimed") && !strcmp(reminder->person, message->person);
	return !g_strcmp0(reminder->message, message->id);
}

/* Whether a rung that takes any time travels in the message. */
static gboolean find_anytime(Session *session, const Policy *policy, const MessageRow *message, gboolean *anytime, GError **error)
{
	g_autoptr(GPtrArray) approvals = store_message_approvals(session_store(session), message->id, error);
	*anytime = FALSE;
	for (guint i = 0; approvals && i < approvals->len; i++) {
		g_autoptr(ApprovalCase) about = approval_case_load(session, approvals->pdata[i], error);
		g_autoptr(GPtrArray) reminders = about ? store_reminders(session_store(session), approvals->pdata[i], error) : NULL;
		if (!reminders)
			return FALSE;
		for (guint j = 0; j < reminders->len; j++) {
			const ReminderRow *reminder = reminders->pdata[j];
			*anytime |= travels_in(reminder, message) && is_anytime(policy, about->stage, reminder->rung);
		}
	}
	return approvals != NULL;
}

/* That of the first approval that the message speaks of; NULL where it has none, or speaks of none. */
static gboolean find_administration(Session *session, const char *message, char **administration, GError **error)
{
	g_autoptr(GPtrArray) approvals = store_message_approvals(session_store(session), message, error);
	return approvals && (!approvals->len || store_administration(session_store(session), approvals->pdata[0], administration, error));
}

gboolean hours_find(Session *session, const MessageRow *message, gint64 now, gint64 *hour, GError **error)
{
	const Policy *policy = session_policy(session, NULL, error);
	g_autoptr(PersonRow) recipient = policy ? store_person(session_store(session), message->person, error) : NULL;
	if (!recipient)
		return FALSE;
	g_autofree char *administration = NULL;
	if (!find_administration(session, message->id, &administration, error))
		return FALSE;
	gboolean anytime = FALSE;
	gint64 work = calendar_next_work(people_calendar(session, policy, administration, recipient->person), now);
	if (work != now && work != INSTANT_NONE && !find_anytime(session, policy, message, &anytime, error))
		return FALSE;
	*hour = work == INSTANT_NONE || anytime ? now : work;
	return TRUE;
}
