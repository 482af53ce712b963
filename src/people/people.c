/* From selectors to people. */
#include "people/people.h"

#include "base/error.h"
#include "codec/idn.h"

#include <string.h>

gboolean people_resolve(Session *session, const Selector *selector, const SelectorContext *context, GPtrArray **people, GPtrArray *steps,
                        GError **error)
{
	const PeopleSource source = people_source(session);
	return resolve_selector(&source, selector, context, people, steps, error);
}

Person *people_named(Session *session, const char *uid_or_mail, GError **error)
{
	const PeopleSource source = people_source(session);
	g_autoptr(GPtrArray) people = NULL;
	if (!source.user(session, uid_or_mail, &people, NULL, error))
		return NULL;
	if (!people->len && strchr(uid_or_mail, '@')) {
		g_clear_pointer(&people, g_ptr_array_unref);
		if (!source.mail(session, uid_or_mail, &people, NULL, error))
			return NULL;
	}
	if (people->len == 1)
		return person_copy(people->pdata[0]);
	error_set(error, people->len ? ERROR_CONFLICT : ERROR_NOT_FOUND, "%s: the directory knows %s of that uid or address", uid_or_mail,
	          people->len ? "several people" : "nobody");
	return NULL;
}

/* --- looking again --- */

void person_look_clear(PersonLook *look)
{
	g_clear_pointer(&look->person, person_free);
}

void people_look_again(Session *session, const char *directory_id, PersonLook *look)
{
	*look = (PersonLook){.answer = ANSWER_UNKNOWN, .as_of = INSTANT_NONE};
	const char *address = person_address_of_id(directory_id);
	if (address) {
		look->answer = idn_takes_mail(address) ? ANSWER_USABLE : ANSWER_UNUSABLE;
		look->as_of = session_now(session);
		return;
	}
	const KeptAnswer *answer = people_ask_again(session, directory_id, NULL);
	if (!answer->people || (!answer->people->len && !answer->settled))
		return;
	const Person *person = answer->people->len ? answer->people->pdata[0] : NULL;
	look->answer = !person ? ANSWER_NOT_FOUND : person->disabled || !idn_takes_mail(person->mail) ? ANSWER_UNUSABLE : ANSWER_USABLE;
	look->person = person ? person_copy(person) : NULL;
	look->as_of = answer->as_of;
	look->stale = answer->stale;
}

void people_look_back(Session *session, const char *directory_id, PersonLook *look)
{
	const AnswersMode mode = answers_set_mode(session_answers(session), ANSWERS_HOLD);
	people_look_again(session, directory_id, look);
	answers_set_mode(session_answers(session), mode);
}

gboolean people_resolve_all(Session *session, const GPtrArray *selectors, const SelectorContext *context, GPtrArray **people,
                            GPtrArray *steps, GError **error)
{
	const PeopleSource source = people_source(session);
	return resolve_selectors(&source, selectors, context, people, steps, error);
}

gboolean people_are_awaited(Session *session)
{
	return answers_are_incomplete(session_answers(session));
}

static gboolean ask_calendars(Session *session, const Policy *policy)
{
	const SelectorContext nothing = {0};
	gboolean known = TRUE;
	for (guint i = 0; i < policy->calendars->len; i++) {
		const PolicyCalendar *calendar = policy->calendars->pdata[i];
		g_autoptr(GPtrArray) people = NULL;
		known = people_resolve_all(session, calendar->people, &nothing, &people, NULL, NULL) && known;
	}
	return known;
}

void people_ask_calendars(Session *session, const Policy *policy)
{
	ask_calendars(session, policy);
}

gboolean people_calendars_are_known(Session *session, const Policy *policy)
{
	const AnswersMode mode = answers_set_mode(session_answers(session), ANSWERS_HOLD);
	const gboolean known = ask_calendars(session, policy);
	answers_set_mode(session_answers(session), mode);
	return known;
}

Calendar *people_calendar(Session *session, const Policy *policy, const char *administration, const Person *person)
{
	const PeopleSource source = people_source(session);
	const AnswersMode mode = answers_mode(session_answers(session));
	if (mode == ANSWERS_USUAL)
		answers_set_mode(session_answers(session), ANSWERS_LAST); /* whoever decides does not wait for it */
	Calendar *calendar = resolve_calendar(&source, policy, policy_administration(policy, administration), person);
	answers_set_mode(session_answers(session), mode);
	return calendar;
}
