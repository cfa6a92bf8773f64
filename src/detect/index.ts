import { content } from './content.ts';
import type { Detector } from './detector.ts';
import { marks } from './marks.ts';
import { misses } from './misses.ts';
import { novelty } from './novelty.ts';
import { order } from './order.ts';
import { stray } from './stray.ts';

/** Every mechanism that charges accounts of sources. Add a detector: one import, one line. */
export const detectors: readonly Detector[] = [misses, novelty, stray, order, marks, content];
