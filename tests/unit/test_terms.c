/* Terms of payment as people write them: the known forms, and their neighbours, which are left alone. */
#include "intake/terms.h"

#include <string.h>

static const struct {
	const char *terms, *due; /* NULL: left alone; of an invoice of 2026-01-31 */
} cases[] = {
	/* so many days after the day of issue */
	{"30 dagen netto", "2026-03-02"},
	{"30 dagen", "2026-03-02"},
	{"Graag betalen binnen 30 dagen netto.", "2026-03-02"},
	{"Betalingstermijn: 14 dagen na factuurdatum", "2026-02-14"},
	{"Te betalen binnen 8 dagen na de datum van de factuur.", "2026-02-08"},
	{"netto 30 Tage", "2026-03-02"},
	{"30 Tage netto", "2026-03-02"},
	{"Zahlbar innerhalb von 14 Tagen ohne Abzug", "2026-02-14"},
	{"Zahlungsziel: 30 Tage ab Rechnungsdatum.", "2026-03-02"},
	{"Net 30", "2026-03-02"},
	{"n/30", "2026-03-02"},
	{"Payment due within 30 days", "2026-03-02"},
	{"Terms: 30 days net from the date of invoice", "2026-03-02"},
	{"30 días", "2026-03-02"},
	{"30 dias fecha factura", "2026-03-02"},
	{"Forma de pago: a 60 di\xcc\x81" "as", "2026-04-01"}, /* decomposed */
	{"PAIEMENT 30 JOURS NET", "2026-03-02"},
	{"Conditions de paiement : à 30 jours date de facture", "2026-03-02"},
	{"Payable sous\xc2\xa0" "45 jours à compter de la date d'émission de la facture", "2026-03-17"},
	{"0 dagen netto", "2026-01-31"},
	{"#SKONTO#TAGE=14#PROZENT=2.00#\n#SKONTO#TAGE=30#PROZENT=0.00#\n", "2026-03-02"},
	/* months */
	{"30 jours fin de mois", "2026-03-31"},
	{"45 jours fin de mois", "2026-03-31"},
	{"30 dagen einde maand", "2026-03-31"},
	{"30 Tage zum Monatsende", "2026-03-31"},
	{"30 días fin de mes", "2026-03-31"},
	{"30 EOM", "2026-03-02"},
	{"Net 30 EOM", "2026-03-02"},
	{"30 days end of month", "2026-03-02"},
	{"EOM + 10", "2026-02-10"},
	{"fin de mois + 30 jours", "2026-03-02"},
	{"einde maand + 30 dagen", "2026-03-02"},
	/* a day */
	{"Zahlbar ohne Abzug bis zum 09.12.2026", "2026-12-09"},
	{"Zahlbar innerhalb 30 Tagen netto bis 15.12.2026, 3% Skonto innerhalb 10 Tagen bis 25.11.2026", "2026-12-15"},
	{"Te betalen vóór 1-3-2026", "2026-03-01"},
	{"Paiement avant le 09.12.2026", "2026-12-09"},
	{"Zahlbar bis 30.02.2026", NULL},
	/* with other words */
	{"30 Tage 2% Skonto, 60 Tage netto", "2026-04-01"},
	{"10 Tage 3% Skonto, 30 Tage netto", "2026-03-02"},
	{"Bij betaling binnen 8 dagen 2% korting, anders 30 dagen netto", "2026-03-02"},
	{"30 dagen netto. Wij danken u voor uw opdracht.", "2026-03-02"},
	{"30 dagen netto\nVermeld het factuurnummer; zie ook onze voorwaarden.", "2026-03-02"},
	{"30 jours net. Pénalité de retard : 40 €", "2026-03-02"},
	{"30 dagen netto | 30 dagen", "2026-03-02"},
	/* left alone */
	{NULL, NULL},
	{"", NULL},
	{"30", NULL},
	{"netto", NULL},
	{"Zahlbar sofort ohne Abzug", NULL},
	{"Enligt avtal", NULL},
	{"30 dagen na ontvangst", NULL},
	{"30 dagen na ontvangst van de factuur", NULL},
	{"Zahlbar innerhalb 14 Tagen nach Erhalt der Rechnung.", NULL},
	{"30 days after delivery", NULL},
	{"on receipt within 30 days", NULL},
	{"30 jours après réception", NULL},
	{"30 días desde la recepción", NULL},
	{"30 werkdagen", NULL},
	{"30 business days", NULL},
	{"30 dagen netto, 60 dagen netto", NULL},
	{"30 of 60 dagen", NULL},
	{"30-60 dagen", NULL},
	{"50% prepaid, 50% within 30 days", NULL},
	{"3 termijnen van 30 dagen", NULL},
	{"30 EOM 10", NULL},
	{"30 jours fin de mois le 10", NULL},
	{"2 % bei Zahlung in 10 Tagen", NULL},
	{"30 Tage 2% Skonto", NULL},
	{"-30 dagen", NULL},
	{"30,5 dagen", NULL},
	{"999 dagen netto", NULL},
	{"1000 dagen", NULL},
	{"30 dagen netto op rekening 123", NULL},
	{"#SKONTO#TAGE=14#PROZENT=2.00#", NULL},
	{"Rechnung 2026-118 vom 30.01.2026", NULL},
};

static void test_forms(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *found = date_format(terms_due_date(cases[i].terms, date_from_ymd(2026, 1, 31)));
		if (g_strcmp0(found, cases[i].due))
			g_error("%s\nwanted %s\nfound  %s", cases[i].terms, cases[i].due, found);
	}
}

static void test_without_a_day_of_issue(void)
{
	g_assert_false(date_is_set(terms_due_date("30 dagen netto", DATE_NONE)));
	g_assert_true(date_is_set(terms_due_date("Zahlbar bis 09.12.2026", DATE_NONE)));
}

/* A text that is made to be slow, or is no term at all. */
static void test_long(void)
{
	g_autofree char *repeated = g_strnfill(1900, ' ');
	for (gsize i = 0; i + 8 < 1900; i += 8)
		memcpy(repeated + i, "betalen ", 8);
	repeated[1890] = '3';
	g_assert_false(date_is_set(terms_due_date(repeated, date_from_ymd(2026, 1, 31))));
	g_autofree char *contract = g_strnfill(3000, '1');
	g_assert_false(date_is_set(terms_due_date(contract, date_from_ymd(2026, 1, 31))));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/terms/forms", test_forms);
	g_test_add_func("/terms/without_a_day_of_issue", test_without_a_day_of_issue);
	g_test_add_func("/terms/long", test_long);
	return g_test_run();
}
