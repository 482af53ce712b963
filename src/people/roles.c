/* Who acts as an admin has to be one now, as the directory says at that moment: nobody stays one because a record says so. Who is told as one is looked up
 * as everybody else is. */
#include "people/roles.h"

#include "base/error.h"
#include "people/people.h"

static const GPtrArray *selectors_of(Session *session, const char *administration, GError **error)
{
	const GPtrArray *usual = session_settings(session)->role_admin;
	const Policy *policy = administration ? session_policy(session, NULL, error) : NULL;
	if (administration && !policy)
		return NULL;
	const Administration *own = policy ? policy_administration(policy, administration) : NULL;
	return own && own->admins && own->admins->len ? own->admins : usual;
}

GPtrArray *roles_admins(Session *session, const char *administration, GError **error)
{
	const SelectorContext nothing = {0};
	GPtrArray *people = NULL;
	g_autoptr(GError) failure = NULL;
	const GPtrArray *selectors = selectors_of(session, administration, &failure);
	if (failure) {
		g_propagate_error(error, g_steal_pointer(&failure));
		return NULL;
	}
	return people_resolve_all(session, selectors, &nothing, &people, NULL, error) ? people : NULL;
}

static void ask_for(Session *session, const char *administration)
{
	GPtrArray *people = roles_admins(session, administration, NULL);
	g_clear_pointer(&people, g_ptr_array_unref);
}

void roles_ask(Session *session)
{
	const Policy *policy = session_policy(session, NULL, NULL);
	ask_for(session, NULL);
	for (guint i = 0; policy && i < policy->administrations->len; i++) {
		const Administration *administration = policy->administrations->pdata[i];
		if (administration->admins->len)
			ask_for(session, administration->name);
	}
}

static gboolean is_called(const char *name, const char *wanted)
{
	g_autofree char *own = name ? g_utf8_casefold(name, -1) : NULL;
	g_autofree char *key = g_utf8_casefold(wanted, -1);
	return !g_strcmp0(own, key);
}

static GPtrArray *admins_now(Session *session, const char *administration, GError **error)
{
	const AnswersMode mode = answers_set_mode(session_answers(session), ANSWERS_ANEW);
	GPtrArray *admins = roles_admins(session, administration, error);
	answers_set_mode(session_answers(session), mode);
	return admins;
}

Person *roles_admin(Session *session, const char *administration, const char *uid_or_mail, GError **error)
{
	g_autoptr(GPtrArray) admins = admins_now(session, administration, error);
	if (!admins)
		return NULL;
	for (guint i = 0; i < admins->len; i++) {
		const Person *person = admins->pdata[i];
		if (!person->disabled && (is_called(person->uid, uid_or_mail) || is_called(person->mail, uid_or_mail)))
			return person_copy(person);
	}
	g_autoptr(GError) failure = NULL;
	g_autoptr(Person) known = people_named(session, uid_or_mail, &failure);
	if (!known && error_kind(failure) == ERROR_NOT_FOUND)
		error_set(error, ERROR_NOT_FOUND, "%s (--as names who does it)", failure->message);
	else
		error_set(error, ERROR_FORBIDDEN, "%s is none of the admins (roles.admin)", uid_or_mail);
	return NULL;
}

gboolean roles_is_admin(Session *session, const char *administration, const Person *person, gboolean *is, GError **error)
{
	g_autoptr(GPtrArray) admins = admins_now(session, administration, error);
	*is = FALSE;
	for (guint i = 0; admins && i < admins->len && !*is; i++) {
		const Person *admin = admins->pdata[i];
		*is = !admin->disabled && !g_strcmp0(admin->directory_id, person->directory_id);
	}
	return admins != NULL;
}
