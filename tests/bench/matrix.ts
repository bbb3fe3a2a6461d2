export async function captureMatrix(_rounds: number): Promise<void> {}
