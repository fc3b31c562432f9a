/** Examples in the help of `masker-voice`. */
export const VOICE_EXAMPLES: Readonly<Record<string, readonly string[]>> = {
  replay: [
    'masker-voice replay --input call.wav --output transcript.json',
    'masker-voice replay --input call.mp3 --asr-provider deepgram --policy clinic.yaml',
  ],
  redact: ['masker-voice redact --input call.wav --output covered.wav --verify'],
  completion: ['source <(masker-voice completion bash)'],
};
