/* When an invoice is due by the text of its payment terms (BT-20), in the known forms of Dutch, German, English, French and Spanish; anything else is left alone. Pure.
 *
 *   30 dagen netto, betaalbaar binnen 14 dagen na factuurdatum, Zahlungsziel 30 Tage, net 30, 30 días, à 30 jours …   so many days after the day of issue
 *   30 jours fin de mois, 30 dagen einde maand, 30 Tage zum Monatsende, 30 días fin de mes   the last day of the month in which those days are over
 *   30 EOM, fin de mois + 30 jours, einde maand + 30 dagen …                                 so many days after the last day of the month of issue
 *   zahlbar ohne Abzug bis zum 31.12.2026, te betalen voor 31-12-2026 …                       that day
 *   #SKONTO#TAGE=30#PROZENT=0.00#                                                            XRechnung's way to say 30 days
 *
 * What pays early is passed over (30 Tage 2% Skonto, 60 Tage netto: 60 days), as is a sentence without a number. Whatever else has a number in it, such as days that count from
 * receipt, instalments or two terms that differ, makes the whole be left alone: a date that was guessed is worse than none. */
#ifndef INTAKE_TERMS_H
#define INTAKE_TERMS_H

#include "base/instant.h"

/* DATE_NONE where the text is in no known form, or NULL, or the day of issue is not known and would be needed. `terms` is valid UTF-8. */
Date terms_due_date(const char *terms, Date issue_date);

#endif
