/* What is written is read again, whatever stands in it; what is no such text is refused. */
#include "session/answer_text.h"

#include "base/instant.h"
#include "domain/resolve.h"

#include <string.h>

static Person *person_of(const char *value)
{
	Person *person = person_new();
	char **texts[] = {&person->directory_id, &person->uid,        &person->dn,        &person->name,     &person->mail,
	                  &person->language,     &person->country,    &person->manager_dn, &person->authority, &person->deputy_dn, &person->deputy};
	for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
		*texts[i] = g_strdup_printf("%u%s", i, value);
	person->disabled = TRUE;
	person_add_absence(person, 100, 200, "deputy");
	person_add_absence(person, 300, 400, NULL);
	return person;
}

static void assert_same(const Person *a, const Person *b)
{
	const char *texts[][2] = {
		{a->directory_id, b->directory_id}, {a->uid, b->uid},         {a->dn, b->dn},
		{a->name, b->name},                 {a->mail, b->mail},       {a->language, b->language},
		{a->country, b->country},           {a->manager_dn, b->manager_dn}, {a->authority, b->authority},
		{a->deputy_dn, b->deputy_dn},       {a->deputy, b->deputy},
	};
	for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
		g_assert_cmpstr(texts[i][0], ==, texts[i][1]);
	g_assert_cmpint(a->disabled, ==, b->disabled);
	g_assert_cmpuint(a->absences ? a->absences->len : 0, ==, b->absences ? b->absences->len : 0);
	for (guint i = 0; a->absences && i < a->absences->len; i++) {
		const Absence *one = &g_array_index(a->absences, Absence, i), *other = &g_array_index(b->absences, Absence, i);
		g_assert_cmpint(one->from, ==, other->from);
		g_assert_cmpint(one->until, ==, other->until);
		g_assert_cmpstr(one->deputy, ==, other->deputy);
	}
}

static void test_round(void)
{
	const char *const values[] = {"", " ", "anna", "L\xc3\xbc" "c\xc3\xad" "a", "\"quoted\\\"", "cn=Vries\\, Anna,dc=x", "a|b", "*)(uid=*", "{}[]"};
	g_autoptr(GPtrArray) people = people_list_new(), steps = g_ptr_array_new_with_free_func(g_free);
	for (guint i = 0; i < G_N_ELEMENTS(values); i++) {
		g_ptr_array_add(people, person_of(values[i]));
		g_ptr_array_add(steps, g_strdup(values[i]));
	}
	g_ptr_array_add(people, person_new()); /* nothing is known of them */
	g_autofree char *text = answer_text_write(people, steps);
	g_autoptr(GPtrArray) again = NULL, steps_again = NULL;
	g_assert_true(answer_text_read(text, &again, &steps_again));
	g_assert_cmpuint(again->len, ==, people->len);
	for (guint i = 0; i < people->len; i++)
		assert_same(people->pdata[i], again->pdata[i]);
	g_assert_cmpuint(steps_again->len, ==, steps->len);
	for (guint i = 0; i < steps->len; i++)
		g_assert_cmpstr(steps_again->pdata[i], ==, steps->pdata[i]);
}

static void test_nobody(void)
{
	g_autoptr(GPtrArray) nobody = people_list_new(), again = NULL, steps = NULL;
	g_autofree char *text = answer_text_write(nobody, NULL);
	g_assert_true(answer_text_read(text, &again, &steps));
	g_assert_cmpuint(again->len, ==, 0);
	g_assert_cmpuint(steps->len, ==, 0);
}

static void test_refused(void)
{
	const char *const texts[] = {"", "null", "[]", "{}", "{\"people\":[]}", "{\"steps\":[]}", "{\"people\":{},\"steps\":[]}", "{\"people\":[],\"steps\":[]} x"};
	for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_autoptr(GPtrArray) people = NULL, steps = NULL;
		g_assert_false(answer_text_read(texts[i], &people, &steps));
		g_assert_null(people);
		g_assert_null(steps);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/answer-text/round", test_round);
	g_test_add_func("/answer-text/nobody", test_nobody);
	g_test_add_func("/answer-text/refused", test_refused);
	return g_test_run();
}
