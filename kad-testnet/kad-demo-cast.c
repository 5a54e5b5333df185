/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-demo-cast.h"

/* One way. */
#define NEAR_MS 8
#define NEAR_SPREAD_MS 90
#define FAR_MS 140
#define FAR_SPREAD_MS 120
#define SLOW_MS 450
#define SLOW_SPREAD_MS 150
#define VERY_SLOW_MS 1900

static const char *const agents[] = {
  "kubo/0.32.1",
  "kubo/0.32.1",
  "kubo/0.29.0",
  "kubo/0.18.1",
  "go-libp2p/0.38.1",
  "rust-libp2p/0.54.1",
  "rust-libp2p/0.49.0",
  "js-libp2p/2.3.1 node/22.11.0",
  "helia/5.1.0 js-libp2p/2.3.1",
  "kad/" KAD_VERSION,
  "kad/" KAD_VERSION,
};

static const KadDemoRecord records[] = {
  { "text:weather/berlin", "11 °C, light rain" },
  { "text:weather/chengdu", "17 °C, haze" },
  { "text:weather/nairobi", "24 °C, clear" },
  { "text:weather/recife", "29 °C, showers" },
  { "text:weather/tromso", "-3 °C, snow" },
  { "text:timetable/tram-4", "06:10 06:30 06:50 07:05 07:20" },
  { "text:timetable/ferry", "08:00 10:30 13:00 15:30" },
  { "text:profile/amara", "{\"name\":\"Amara\",\"status\":\"on the train\"}" },
  { "text:profile/bao", "{\"name\":\"Bao\",\"status\":\"available\"}" },
  { "text:profile/camille", "{\"name\":\"Camille\",\"status\":\"away\"}" },
  { "text:profile/dmitri", "{\"name\":\"Dmitri\"}" },
  { "text:profile/elif", "{\"name\":\"Elif\",\"status\":\"do not disturb\"}" },
  { "text:library/catalogue", "42 books since Monday" },
  { "text:library/opening-hours", "Tue to Sat, 10 to 19" },
  { "text:sensor/river-level", "2.41 m" },
  { "text:sensor/air-quality", "PM2.5 8" },
  { "text:radio/now-playing", "Sonata no. 2, third movement" },
  { "text:release/latest", "0.1.0" },
  { "text:release/previous", "0.0.9" },
  { "text:vote/colour", "green 12, blue 9" },
};

static const KadDemoContent contents[] = {
  { "text:debian-12-netinst.iso", 28 }, { "text:film-festival-opening.webm", 18 },
  { "text:map-tiles-europe", 12 },      { "text:encyclopedia-2026.zim", 9 },
  { "text:holiday-photos", 6 },         { "text:lecture-notes.pdf", 4 },
  { "text:choir-rehearsal.flac", 3 },   { "text:recipes", 2 },
  { "text:firmware-update", 1 },        { "text:old-backup.tar", 1 },
};

/* A number that any of what makes a node is drawn from. */
static guint32
draw (guint64 seed, guint number, guint generation, guint what)
{
  const guint32 parts[] = { (guint32) seed, (guint32) (seed >> 32), number, generation, what };
  GRand *rand = g_rand_new_with_seed_array (parts, G_N_ELEMENTS (parts));
  guint32 drawn = g_rand_int (rand);

  g_rand_free (rand);
  return drawn;
}

KadPrivateKey *
kad_demo_cast_new_key (guint64 seed, guint number, guint generation)
{
  g_autofree char *text
      = g_strdup_printf ("kad demo %" G_GUINT64_FORMAT " %u %u", seed, number, generation);
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  guint8 digest[32];
  gsize len = sizeof digest;

  g_checksum_update (checksum, (const guchar *) text, -1);
  g_checksum_get_digest (checksum, digest, &len);
  return kad_private_key_new_ed25519_from_seed (digest);
}

const char *
kad_demo_cast_get_agent (guint64 seed, guint number, guint generation)
{
  return agents[draw (seed, number, generation, 0) % G_N_ELEMENTS (agents)];
}

guint
kad_demo_cast_get_latency (guint64 seed, guint number, guint generation)
{
  guint percent = draw (seed, number, generation, 1) % 100;
  guint drawn = draw (seed, number, generation, 2) % 1000;

  /* Whom everybody joins by is near. */
  if (number == 0)
    return NEAR_MS;
  if (percent < 2)
    return VERY_SLOW_MS;
  if (percent < 7)
    return SLOW_MS + SLOW_SPREAD_MS * drawn / 1000;
  if (percent < 22)
    return FAR_MS + FAR_SPREAD_MS * drawn / 1000;
  return NEAR_MS + NEAR_SPREAD_MS * drawn / 1000 * drawn / 1000;
}

const KadDemoRecord *
kad_demo_cast_get_records (guint *n)
{
  *n = G_N_ELEMENTS (records);
  return records;
}

const KadDemoContent *
kad_demo_cast_get_contents (guint *n)
{
  *n = G_N_ELEMENTS (contents);
  return contents;
}
