/* People as the directory describes them, and whether one of them may decide. The checks stand in DESIGN.md's order, so that the
 * reason kept for explain is always the first that applies. */
#include "domain/person.h"

#include "base/instant.h"
#include "base/text.h"

#include <string.h>

Person *person_new(void)
{
	Person *person = g_new0(Person, 1);
	person->as_of = INSTANT_NONE;
	return person;
}

Person *person_copy(const Person *person)
{
	Person *copy = person_new();
	copy->directory_id = g_strdup(person->directory_id);
	copy->uid = g_strdup(person->uid);
	copy->dn = g_strdup(person->dn);
	copy->name = g_strdup(person->name);
	copy->mail = g_strdup(person->mail);
	copy->mobile = g_strdup(person->mobile);
	copy->language = g_strdup(person->language);
	copy->country = g_strdup(person->country);
	copy->manager_dn = g_strdup(person->manager_dn);
	copy->deputy_dn = g_strdup(person->deputy_dn);
	copy->deputy = g_strdup(person->deputy);
	copy->authority = g_strdup(person->authority);
	copy->disabled = person->disabled;
	copy->as_of = person->as_of;
	for (guint i = 0; person->absences && i < person->absences->len; i++) {
		const Absence *absence = &g_array_index(person->absences, Absence, i);
		person_add_absence(copy, absence->from, absence->until, absence->deputy);
	}
	return copy;
}

const char *person_address_of_id(const char *directory_id)
{
	return g_str_has_prefix(directory_id, "mail:") ? directory_id + strlen("mail:") : NULL;
}

void person_free(Person *person)
{
	if (!person)
		return;
	g_free(person->directory_id);
	g_free(person->uid);
	g_free(person->dn);
	g_free(person->name);
	g_free(person->mail);
	g_free(person->mobile);
	g_free(person->language);
	g_free(person->country);
	g_free(person->manager_dn);
	g_free(person->deputy_dn);
	g_free(person->deputy);
	g_free(person->authority);
	g_clear_pointer(&person->absences, g_array_unref);
	g_free(person);
}

static void absence_clear(gpointer absence)
{
	g_free(((Absence *)absence)->deputy);
}

static gint compare_absences(gconstpointer a, gconstpointer b)
{
	const Absence *first = a, *second = b;
	return first->from < second->from ? -1 : first->from > second->from;
}

void person_add_absence(Person *person, gint64 from, gint64 until, const char *deputy)
{
	if (!person->absences) {
		person->absences = g_array_new(FALSE, FALSE, sizeof(Absence));
		g_array_set_clear_func(person->absences, absence_clear);
	}
	const Absence absence = {from, until, g_strdup(deputy)};
	g_array_append_val(person->absences, absence);
	g_array_sort(person->absences, compare_absences);
}

const Absence *person_absence_at(const Person *person, gint64 instant)
{
	for (guint i = 0; person->absences && i < person->absences->len; i++) {
		const Absence *absence = &g_array_index(person->absences, Absence, i);
		if (absence->from <= instant && instant < absence->until)
			return absence;
	}
	return NULL;
}

gint64 person_back(const Person *person, gint64 instant)
{
	gint64 back = INSTANT_NONE;
	for (guint i = 0; person->absences && i < person->absences->len; i++) {
		const Absence *absence = &g_array_index(person->absences, Absence, i);
		if (absence->from <= (back == INSTANT_NONE ? instant : back) && absence->until > instant)
			back = MAX(back, absence->until);
	}
	return back;
}

gint64 person_next_change(const Person *person, gint64 now)
{
	gint64 next = INSTANT_NONE;
	for (guint i = 0; person->absences && i < person->absences->len; i++) {
		const Absence *absence = &g_array_index(person->absences, Absence, i);
		gint64 change = absence->from > now ? absence->from : absence->until;
		if (change > now && (next == INSTANT_NONE || change < next))
			next = change;
	}
	return next;
}

/* As directories compare uids and addresses: without regard to case, composed or not. Not text_key(), which would take a.bos for
 * abos. */
static gboolean same_name(const char *a, const char *b)
{
	if (!a || !b || !g_utf8_validate(a, -1, NULL) || !g_utf8_validate(b, -1, NULL))
		return FALSE;
	g_autofree char *folded_a = g_utf8_casefold(a, -1);
	g_autofree char *folded_b = g_utf8_casefold(b, -1);
	g_autofree char *key_a = g_utf8_normalize(folded_a, -1, G_NORMALIZE_NFKC);
	g_autofree char *key_b = g_utf8_normalize(folded_b, -1, G_NORMALIZE_NFKC);
	return !strcmp(g_strstrip(key_a), g_strstrip(key_b));
}

static gboolean is_requester(const Person *person, const char *requester)
{
	return same_name(person->uid, requester) || same_name(person->mail, requester);
}

static gboolean is_excluded(const Person *person, const GPtrArray *excluded_ids)
{
	for (guint i = 0; excluded_ids && i < excluded_ids->len; i++)
		if (!g_strcmp0(person->directory_id, g_ptr_array_index(excluded_ids, i)))
			return TRUE;
	return FALSE;
}

/* ELIGIBLE where it suffices. */
static Eligibility judge_authority(const Person *person, const EligibilityTerms *terms)
{
	if (!person->authority)
		return terms->authority_required ? NOT_ELIGIBLE_AUTHORITY : ELIGIBLE;
	g_autofree char *stated = text_clean_line(person->authority);
	Money authority, worth;
	if (!money_parse(stated, &authority, NULL) || !terms->amount.currency[0])
		return NOT_ELIGIBLE_AUTHORITY;
	if (!rates_convert(terms->rates, terms->amount, authority.currency, &worth))
		return NOT_ELIGIBLE_NO_RATE;
	return worth.minor <= authority.minor ? ELIGIBLE : NOT_ELIGIBLE_AUTHORITY;
}

Eligibility person_eligibility(const Person *person, const EligibilityTerms *terms)
{
	if (person->disabled)
		return NOT_ELIGIBLE_DISABLED;
	if (!person->mail || !text_is_mail_address(person->mail))
		return NOT_ELIGIBLE_NO_MAIL;
	if (!terms->allow_self && is_requester(person, terms->requester))
		return NOT_ELIGIBLE_REQUESTER;
	if (is_excluded(person, terms->excluded_ids))
		return NOT_ELIGIBLE_DISTINCT;
	if (is_excluded(person, terms->held_ids))
		return NOT_ELIGIBLE_HELD;
	return judge_authority(person, terms);
}

const char *eligibility_name(Eligibility eligibility)
{
	static const char *const names[] = {
		[ELIGIBLE] = "may decide",
		[NOT_ELIGIBLE_DISABLED] = "disabled",
		[NOT_ELIGIBLE_NO_MAIL] = "no mail address",
		[NOT_ELIGIBLE_REQUESTER] = "is the requester",
		[NOT_ELIGIBLE_DISTINCT] = "approved an earlier stage",
		[NOT_ELIGIBLE_HELD] = "held an approval of this stage",
		[NOT_ELIGIBLE_AUTHORITY] = "not enough authority",
		[NOT_ELIGIBLE_LINE] = "not enough authority, and nobody up the line has it",
		[NOT_ELIGIBLE_NO_RATE] = "authority in a currency without a rate",
	};
	return names[eligibility];
}

const char *eligibility_word(Eligibility eligibility)
{
	static const char *const words[] = {
		[ELIGIBLE] = "may",
		[NOT_ELIGIBLE_DISABLED] = "disabled",
		[NOT_ELIGIBLE_NO_MAIL] = "no-mail",
		[NOT_ELIGIBLE_REQUESTER] = "requester",
		[NOT_ELIGIBLE_DISTINCT] = "distinct",
		[NOT_ELIGIBLE_HELD] = "held",
		[NOT_ELIGIBLE_AUTHORITY] = "authority",
		[NOT_ELIGIBLE_LINE] = "line",
		[NOT_ELIGIBLE_NO_RATE] = "no-rate",
	};
	return words[eligibility];
}
